//! `singlet table`: what a table is, and whether it is what it should be.

mod against;
mod describe;
mod document;
mod key_option;
mod verify;
mod words;

use clap::Subcommand;

use crate::{Exit, Failure, Session};

/// The commands about tables.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// Say what a table is: keys, indexes, size, billing, time to live, stream
    Describe(describe::Describe),
    /// Compare a table with what it should be
    Verify(verify::Verify),
}

impl TableCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match self {
            TableCommand::Describe(describe) => session.unless_interrupted(describe.run(session)).await?,
            TableCommand::Verify(verify) => session.unless_interrupted(verify.run(session)).await?,
        }
    }
}
