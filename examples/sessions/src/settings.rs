//! What the environment says.

use std::env;
use std::net::{Ipv4Addr, SocketAddr};

use singlet::Client;

/// Where the sessions are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// A DynamoDB inside this process, empty at each start.
    Embedded,
    /// The DynamoDB, or DynamoDB Local, that the AWS variables say.
    DynamoDb,
}

impl Store {
    /// As `SESSIONS_STORE` says; without it, DynamoDB where an endpoint is named.
    ///
    /// Credentials alone do not count: who has some in the environment did not ask for a table in that account.
    pub fn from_env() -> Result<Self, String> {
        match variable("SESSIONS_STORE")?.as_deref() {
            Some("embedded") => Ok(Store::Embedded),
            Some("dynamodb") => Ok(Store::DynamoDb),
            Some(_) => Err("`SESSIONS_STORE` is neither `embedded` nor `dynamodb`".to_owned()),
            None => match (variable("AWS_ENDPOINT_URL_DYNAMODB")?, variable("AWS_ENDPOINT_URL")?) {
                (None, None) => Ok(Store::Embedded),
                _ => Ok(Store::DynamoDb),
            },
        }
    }

    /// A client of it.
    pub async fn client(self) -> Client {
        match self {
            Store::Embedded => Client::embedded(),
            Store::DynamoDb => Client::from_env().await,
        }
    }
}

/// The address to listen on: `SESSIONS_ADDR`, else 127.0.0.1:8000.
pub fn address() -> Result<SocketAddr, String> {
    match variable("SESSIONS_ADDR")? {
        None => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, 8000))),
        Some(text) => text.parse().map_err(|_| "`SESSIONS_ADDR` is no address with a port, as `127.0.0.1:8000`".into()),
    }
}

/// How many sessions to begin with: `SESSIONS_SEED`, else 20 where the store is empty at each start.
pub fn seeds(store: Store) -> Result<usize, String> {
    match variable("SESSIONS_SEED")? {
        None => Ok(if store == Store::Embedded { 20 } else { 0 }),
        Some(text) => match text.parse() {
            Ok(count @ 0..=1000) => Ok(count),
            _ => Err("`SESSIONS_SEED` is no number from 0 to 1000".to_owned()),
        },
    }
}

/// Whether logs are to be JSON: `SESSIONS_LOG`, `text` or `json`.
pub fn logs_json() -> Result<bool, String> {
    match variable("SESSIONS_LOG")?.as_deref() {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err("`SESSIONS_LOG` is neither `text` nor `json`".to_owned()),
    }
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("`{name}` is no UTF-8")),
    }
}
