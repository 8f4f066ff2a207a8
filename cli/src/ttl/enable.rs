use std::time::Duration;

use clap::Args;
use serde_json::json;
use singlet::TtlStatus;

use crate::{Exit, Failure, Session, seconds};

/// `singlet ttl enable`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The table is described first: an attribute that is enabled already is left as it is, and another one is an error. \
DynamoDB takes up to an hour to make the change, and refuses further ones meanwhile.")]
pub struct Enable {
    /// The table
    table: String,

    /// The attribute that holds the expiry: a number, in seconds since 1970
    #[arg(long, value_name = "NAME")]
    attribute: String,

    /// Wait at most so long for the change to come through
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds::parse)]
    wait: Duration,
}

impl Enable {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let Enable { table, attribute, wait } = self;
        let enable = singlet::tables::enable_ttl(table, attribute).wait(*wait).client(&session.client);
        let (status, text) = match enable.await? {
            TtlStatus::Enabled => ("ENABLED", format!("ENABLED on `{attribute}`")),
            _ => ("ENABLING", format!("ENABLING on `{attribute}`: DynamoDB takes up to an hour")),
        };
        session.output.result(&json!({ "table": table, "status": status, "attribute": attribute }), text)?;
        Ok(Exit::Done)
    }
}
