//! Settings from environment variables.

use std::env;
use std::net::{Ipv4Addr, SocketAddr};

use singlet::Client;

/// Where sessions are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// An embedded DynamoDB in this process, which is empty at each start.
    Embedded,
    /// DynamoDB, or an emulator, as configured by AWS's own variables.
    DynamoDb,
}

impl Store {
    /// The store in `SESSIONS_STORE`. By default DynamoDB if an endpoint is set, otherwise the embedded one.
    ///
    /// Credentials alone do not select DynamoDB, because having some in the environment is not consent to create a table
    /// in that account.
    pub fn from_env() -> Result<Self, String> {
        match variable("SESSIONS_STORE")?.as_deref() {
            Some("embedded") => Ok(Store::Embedded),
            Some("dynamodb") => Ok(Store::DynamoDb),
            Some(_) => Err("`SESSIONS_STORE` must be `embedded` or `dynamodb`".to_owned()),
            None => match (variable("AWS_ENDPOINT_URL_DYNAMODB")?, variable("AWS_ENDPOINT_URL")?) {
                (None, None) => Ok(Store::Embedded),
                _ => Ok(Store::DynamoDb),
            },
        }
    }

    /// A client of the store.
    pub async fn client(self) -> Client {
        match self {
            Store::Embedded => Client::embedded(),
            Store::DynamoDb => Client::from_env().await,
        }
    }
}

/// The address to listen on: `SESSIONS_ADDR`, or 127.0.0.1:8000.
pub fn address() -> Result<SocketAddr, String> {
    match variable("SESSIONS_ADDR")? {
        None => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, 8000))),
        Some(text) => {
            text.parse().map_err(|_| "`SESSIONS_ADDR` must be an address with a port, such as `127.0.0.1:8000`".into())
        }
    }
}

/// The URL of the application on this machine that listens on `address`.
pub fn url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// The number of sessions to store at the start: `SESSIONS_SEED`, or 20 with an embedded DynamoDB and 0 otherwise.
pub fn seeds(store: Store) -> Result<usize, String> {
    match variable("SESSIONS_SEED")? {
        None => Ok(if store == Store::Embedded { 20 } else { 0 }),
        Some(text) => match text.parse() {
            Ok(count @ 0..=1000) => Ok(count),
            _ => Err("`SESSIONS_SEED` must be a number from 0 to 1000".to_owned()),
        },
    }
}

/// Whether `SESSIONS_LOG` selects JSON logs.
pub fn logs_json() -> Result<bool, String> {
    match variable("SESSIONS_LOG")?.as_deref() {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err("`SESSIONS_LOG` must be `text` or `json`".to_owned()),
    }
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("`{name}` is not valid UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_is_found_where_it_listens() {
        let of = |address: &str| url(address.parse().unwrap());
        assert_eq!(of("127.0.0.1:8123"), "http://127.0.0.1:8123");
        assert_eq!(of("0.0.0.0:80"), "http://127.0.0.1:80");
        assert_eq!(of("[::1]:8000"), "http://[::1]:8000");
    }
}
