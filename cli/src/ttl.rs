//! `singlet ttl`: what deletes expired items of a table, and whether it does.

mod check;
mod enable;
mod probe;
mod sample;
mod status;
mod troubleshooting;
mod verify;

use clap::Subcommand;

use crate::{Exit, Failure, Session};

/// The commands about time to live.
#[derive(Debug, Subcommand)]
pub enum TtlCommand {
    /// Say whether time to live is enabled, and on which attribute
    Status(status::Status),
    /// Enable time to live on an attribute that holds the expiry in epoch seconds
    Enable(enable::Enable),
    /// Put an item that expires, and watch DynamoDB delete it
    Verify(verify::Verify),
}

impl TtlCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match self {
            TtlCommand::Status(status) => session.unless_interrupted(status.run(session)).await?,
            TtlCommand::Enable(enable) => session.unless_interrupted(enable.run(session)).await?,
            // It has something to put in order when it is interrupted.
            TtlCommand::Verify(verify) => verify.run(session).await,
        }
    }
}
