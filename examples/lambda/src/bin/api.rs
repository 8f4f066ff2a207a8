//! The function behind API Gateway.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use singlet::Client;
use singlet_lambda_example::api;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // One client per container, so that requests reuse its connections.
    singlet::set_default_client(Client::from_env().await);
    let answer = async |event: LambdaEvent<ApiGatewayV2httpRequest>| Ok::<_, Error>(api::handle(&event.payload).await);
    lambda_runtime::run(service_fn(answer)).await
}
