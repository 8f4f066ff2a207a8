use clap::Args;
use serde_json::json;

use crate::{Exit, Failure, Session};

/// `singlet ttl status`.
#[derive(Debug, Args)]
pub struct Status {
    /// The table
    table: String,
}

impl Status {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let ttl = singlet::tables::describe(&self.table).client(&session.client).await?.ttl;
        let status = ttl.status.as_str();
        let document = json!({ "table": self.table, "status": status, "attribute": ttl.attribute });
        match &ttl.attribute {
            Some(attribute) => session.output.result(&document, format_args!("{status} on `{attribute}`"))?,
            None => session.output.result(&document, status)?,
        }
        Ok(Exit::Done)
    }
}
