//! `singlet table verify`: compares a table with options, or with the definition in a file.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde_json::json;
use singlet::tables::TableDefinition;

use super::definition_options::{self, DefinitionOptions, HELP, REPLACED};
use crate::definition::{self, Selection};
use crate::escape::Inline;
use crate::{Exit, Failure, Session};

/// `singlet table verify`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).multiple(true).args(["hash_key", "definition"]))]
#[command(after_long_help = format!("\
Compares the keys, indexes and time to live of a table with a definition in options or in a file, such as the \
description of the same table of another stage. If they differ, the exit code is 2. Parts that are still being created \
or backfilled are reported as pending, and do not count as differences.

{HELP}

  singlet table verify shop --hash-key pk --range-key sk --ttl expires_at --index gsi1,hash=gsi1pk,range=gsi1sk:N
  singlet table verify shop --against shop.json"))]
pub struct VerifyTable {
    /// The name of the table
    table: String,

    #[command(flatten)]
    options: DefinitionOptions,

    /// Compare with the definition in this file; `-` is standard input
    #[arg(long = "against", id = "definition", value_name = "FILE", conflicts_with_all = REPLACED)]
    file: Option<PathBuf>,

    /// The table in a file that defines several: its name, or its identifier in the file; by default, the name of the
    /// command
    #[arg(long, value_name = "NAME", conflicts_with = "hash_key")]
    resource: Option<String>,

    /// Allow additional indexes, and time to live if no --ttl is given
    #[arg(long)]
    at_least: bool,
}

impl VerifyTable {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let definition = self.definition(session).await?;
        let definition = if self.at_least { definition.at_least() } else { definition };
        let verification = singlet::tables::verify(&self.table, definition).client(&session.client).await?;
        let differences: Vec<_> = verification.differences().iter().map(ToString::to_string).collect();
        let pending: Vec<_> = verification.pending().iter().map(ToString::to_string).collect();
        let document = json!({
            "table": self.table,
            "matches": verification.is_match(),
            "differences": differences,
            "pending": pending,
        });
        let mut lines: Vec<_> = differences.iter().map(|text| Inline(text).to_string()).collect();
        lines.extend(pending.iter().map(|text| format!("pending: {}", Inline(text))));
        if verification.is_match() {
            lines.insert(0, "the table matches the definition".to_owned());
        }
        session.output.result(&document, lines.join("\n"))?;
        Ok(if verification.is_match() { Exit::Done } else { Exit::Unmet })
    }

    async fn definition(&self, session: &Session) -> Result<TableDefinition, Failure> {
        if let Some(table) = self.options.table() {
            return Ok(table);
        }
        let Some(path) = self.file.clone() else { return Err(Failure::usage(definition_options::MISSING)) };
        let selection = Selection::of(self.resource.as_ref(), Some(&self.table));
        Ok(session.blocking(move || definition::from_file(&path, &selection)).await??.table)
    }
}
