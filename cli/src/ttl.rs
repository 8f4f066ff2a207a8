//! `singlet ttl`: shows, enables and verifies time to live.

mod enable;
mod probe;
mod sample;
mod troubleshooting;
mod verify;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::escape::Inline;
use crate::{Exit, Failure, Session};

/// The time to live commands.
#[derive(Debug, Subcommand)]
pub enum TtlCommand {
    /// Show whether time to live is enabled, and on which attribute
    Status(TtlStatusCommand),
    /// Enable time to live on an attribute that contains the expiry in epoch seconds
    Enable(enable::EnableTtl),
    /// Put an item that expires, and wait until DynamoDB deletes it
    Verify(verify::VerifyTtl),
}

impl TtlCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match self {
            TtlCommand::Status(status) => session.unless_interrupted(status.run(session)).await?,
            TtlCommand::Enable(enable) => session.unless_interrupted(enable.run(session)).await?,
            // It handles interrupts itself, because it has to remove its item.
            TtlCommand::Verify(verify) => verify.run(session).await,
        }
    }
}

/// `singlet ttl status`.
#[derive(Debug, Args)]
pub struct TtlStatusCommand {
    /// The name of the table
    table: String,
}

impl TtlStatusCommand {
    async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let ttl = singlet::tables::describe(&self.table).client(&session.client).await?.ttl;
        let status = ttl.status.as_str();
        let document = json!({ "table": self.table, "status": status, "attribute": ttl.attribute });
        match &ttl.attribute {
            Some(attribute) => session.output.result(&document, format_args!("{status} on `{}`", Inline(attribute)))?,
            None => session.output.result(&document, status)?,
        }
        Ok(Exit::Done)
    }
}
