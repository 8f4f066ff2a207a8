use std::time::Duration;

use singlet::Client;

use crate::{Arguments, Failure};

/// So that a request to an endpoint that does not answer ends; a page of a scan takes far less.
const ATTEMPT: Duration = Duration::from_secs(30);

/// The client that the arguments and the environment describe.
pub(crate) async fn client(arguments: &Arguments) -> Result<Client, Failure> {
    let mut builder = Client::builder().attempt_timeout(ATTEMPT);
    if let Some(url) = &arguments.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    if let Some(region) = &arguments.region {
        builder = builder.region(region);
    }
    if let Some(profile) = &arguments.profile {
        builder = builder.profile(profile);
    }
    Ok(builder.build().await?)
}
