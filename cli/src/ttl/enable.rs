//! `singlet ttl enable`.

use std::time::Duration;

use clap::Args;
use serde_json::json;
use singlet::TtlStatus;

use crate::{Exit, Failure, Session, seconds};

/// `singlet ttl enable`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Describes the table first: does nothing if time to live is enabled on the attribute already, and fails if it is \
enabled on another one. DynamoDB takes up to one hour to apply the change, and rejects further changes during that \
time.")]
pub struct EnableTtl {
    /// The name of the table
    table: String,

    /// The attribute that contains the expiry: a number, in seconds since 1970
    #[arg(long, value_name = "NAME")]
    attribute: String,

    /// Wait at most this long until the change is applied
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds::parse)]
    wait: Duration,
}

impl EnableTtl {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let EnableTtl { table, attribute, wait } = self;
        let enable = singlet::tables::enable_ttl(table, attribute).wait(*wait).client(&session.client);
        let (status, text) = match enable.await? {
            TtlStatus::Enabled => ("ENABLED", format!("ENABLED on `{attribute}`")),
            _ => ("ENABLING", format!("ENABLING on `{attribute}`: DynamoDB takes up to one hour")),
        };
        session.output.result(&json!({ "table": table, "status": status, "attribute": attribute }), text)?;
        Ok(Exit::Done)
    }
}
