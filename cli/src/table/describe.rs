use clap::Args;

use super::{document, words};
use crate::{Exit, Failure, Session};

/// `singlet table describe`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
With --json the answer can be kept as a file that `singlet table verify --against` compares other tables with.")]
pub struct Describe {
    /// The table
    table: String,
}

impl Describe {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let table = singlet::tables::describe(&self.table).client(&session.client).await?;
        session.output.result(&document::table(&table), words::table(&table))?;
        Ok(Exit::Done)
    }
}
