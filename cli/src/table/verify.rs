//! `singlet table verify`: compares a table with options, or with the description of another table.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use singlet::tables::{IndexDefinition, TableDefinition};

use super::document;
use super::key_option::{self, KeyOption};
use crate::escape::Inline;
use crate::{Exit, Failure, Session, input};

/// `singlet table verify`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Compares the keys, indexes and time to live of a table with a definition, which is given by options or by the output \
of `singlet --json table describe` for another table, such as that of another stage. If they differ, the exit code \
is 2. Parts that are still being created or backfilled are reported as pending, and do not count as differences.

An index is NAME,hash=KEY,range=KEY followed by projection=all, projection=keys_only or include=NAME+NAME; a local \
index is NAME,local,range=KEY. A key is NAME or NAME:TYPE with the type S, N or B. Join several attributes of one \
key with +.

  singlet table verify shop --hash-key pk --range-key sk --ttl expires_at --index gsi1,hash=gsi1pk,range=gsi1sk:N
  singlet table verify shop --against shop.json")]
pub struct VerifyTable {
    /// The name of the table
    table: String,

    /// The hash key (partition key): NAME or NAME:TYPE
    #[arg(long, value_name = "KEY", value_parser = key_option::key, required_unless_present = "against")]
    hash_key: Option<KeyOption>,

    /// The range key (sort key): NAME or NAME:TYPE; omit it if the table has none
    #[arg(long, value_name = "KEY", value_parser = key_option::key)]
    range_key: Option<KeyOption>,

    /// The TTL attribute; omit it if time to live is disabled
    #[arg(long, value_name = "NAME")]
    ttl: Option<String>,

    /// An index; repeat the option for each index
    #[arg(long = "index", value_name = "INDEX", value_parser = key_option::index)]
    indexes: Vec<IndexDefinition>,

    /// Compare with the description in this file; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["hash_key", "range_key", "ttl", "indexes"])]
    against: Option<PathBuf>,

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
        if let Some(path) = &self.against {
            let path = path.clone();
            return session.blocking(move || from_file(&path)).await?;
        }
        // Clap makes sure that one of the two is present.
        let Some(hash_key) = &self.hash_key else { return Err(Failure::usage("--hash-key is missing")) };
        let mut table = TableDefinition::new(&*hash_key.attribute, hash_key.key_type);
        if let Some(key) = &self.range_key {
            table = table.range_key(&*key.attribute, key.key_type);
        }
        if let Some(ttl) = &self.ttl {
            table = table.ttl(ttl);
        }
        Ok(self.indexes.iter().cloned().fold(table, TableDefinition::index))
    }
}

fn from_file(path: &Path) -> Result<TableDefinition, Failure> {
    let at = |failure: Failure| failure.at(path.display());
    let mut text = String::new();
    let read = input::open(path)?.read_to_string(&mut text);
    read.map_err(|error| at(Failure::new("the file cannot be read").with_cause(error)))?;
    let document = serde_json::from_str(&text);
    let document = document.map_err(|error| at(Failure::new("the file is not JSON").with_cause(error)))?;
    document::definition(&document).map_err(at)
}
