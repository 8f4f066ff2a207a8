//! `singlet table`: creates a table, describes it, or compares it with a definition.

mod create;
mod definition_options;
mod key_option;
mod text;
mod verify;

pub(crate) use definition_options::{DefinitionOptions, REPLACED};

use clap::{Args, Subcommand};

use crate::{Exit, Failure, Session, definition};

/// The table commands.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// Show the keys, indexes, size, billing, time to live and stream of a table
    Describe(DescribeTable),
    /// Create a table from a definition
    Create(create::CreateTable),
    /// Compare a table with a definition
    Verify(verify::VerifyTable),
}

impl TableCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match self {
            TableCommand::Describe(describe) => session.unless_interrupted(describe.run(session)).await?,
            TableCommand::Create(create) => session.unless_interrupted(create.run(session)).await?,
            TableCommand::Verify(verify) => session.unless_interrupted(verify.run(session)).await?,
        }
    }
}

/// `singlet table describe`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
To compare other tables with this one, save the output of --json to a file and pass it to `singlet table verify \
--against`.")]
pub struct DescribeTable {
    /// The name of the table
    table: String,
}

impl DescribeTable {
    async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let table = singlet::tables::describe(&self.table).client(&session.client).await?;
        session.output.result(&definition::describe(&table), text::table(&table))?;
        Ok(Exit::Done)
    }
}
