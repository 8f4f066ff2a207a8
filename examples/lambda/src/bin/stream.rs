//! The function that consumes the stream of the table.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use singlet::Client;
use singlet_lambda_example::sales;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    singlet::set_default_client(Client::from_env().await);
    // singlet decodes the items from the bytes of the payload.
    let count =
        async |event: LambdaEvent<Box<RawValue>>| Ok::<_, Error>(sales::handle(event.payload.get().as_bytes()).await?);
    lambda_runtime::run(service_fn(count)).await
}
