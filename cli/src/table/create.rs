//! `singlet table create`: creates a table from options, or from the definition in a file.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};
use serde_json::json;
use singlet::stream::StreamView;

use super::definition_options::{self, DefinitionOptions, HELP, REPLACED};
use crate::definition::{self, Definition, Selection};
use crate::escape::Inline;
use crate::{Exit, Failure, Session, seconds};

/// `singlet table create`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).multiple(true).args(["hash_key", "definition"]))]
#[command(after_long_help = format!("\
Creates a table with its indexes and time to live, and waits until it is active. Use it for development and tests; in \
production, let the tool that owns the table create it. Settings of the file that the command does not apply, such as \
backups and tags, are listed on standard error.

{HELP}

  singlet table create shop --hash-key pk --range-key sk --ttl expires_at --stream NEW_AND_OLD_IMAGES
  singlet table create --from template.json --if-absent"))]
pub struct CreateTable {
    /// The name of the table; by default, the name in the file
    #[arg(required_unless_present = "definition")]
    table: Option<String>,

    #[command(flatten)]
    options: DefinitionOptions,

    /// Create the table that this file defines; `-` is standard input
    #[arg(long = "from", id = "definition", value_name = "FILE", conflicts_with_all = REPLACED)]
    file: Option<PathBuf>,

    /// The table in a file that defines several: its name, or its identifier in the file; by default, the name of the
    /// command
    #[arg(long, value_name = "NAME", conflicts_with = "hash_key")]
    resource: Option<String>,

    /// Enable a stream with this view, such as `NEW_AND_OLD_IMAGES`
    #[arg(long, value_name = "VIEW", value_parser = stream)]
    stream: Option<StreamView>,

    /// Accept an existing table of this name: enable time to live on it, and change nothing else
    #[arg(long)]
    if_absent: bool,

    /// Wait this many seconds at most until the table is active
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds::parse)]
    wait: Duration,
}

fn stream(name: &str) -> Result<StreamView, String> {
    StreamView::parse(name).ok_or_else(|| "expected KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES".to_owned())
}

impl CreateTable {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let definition = self.definition(session).await?;
        let Some(name) = self.table.clone().or(definition.name) else {
            return Err(Failure::usage("the file states no literal name of the table; state it in the command"));
        };
        if !definition.ignored.is_empty() {
            session.output.note(format_args!("not applied: {}", Inline(definition.ignored.join(", "))));
        }
        let mut create = singlet::tables::create(&name, definition.table)
            .deletion_protection(definition.deletion_protection)
            .wait(self.wait)
            .client(&session.client);
        if let Some((read, write)) = definition.provisioned {
            create = create.provisioned(read, write);
        }
        for (index, (read, write)) in definition.index_provisioned {
            create = create.index_provisioned(index, read, write);
        }
        if let Some(view) = self.stream.or(definition.stream) {
            create = create.streams(view);
        }
        let create = if self.if_absent { create.if_absent() } else { create };
        create.await?;
        session.output.result(&json!({ "table": name }), format_args!("the table `{}` is active", Inline(&name)))?;
        Ok(Exit::Done)
    }

    async fn definition(&self, session: &Session) -> Result<Definition, Failure> {
        if let Some(table) = self.options.table() {
            return Ok(Definition::new(table));
        }
        let Some(path) = self.file.clone() else { return Err(Failure::usage(definition_options::MISSING)) };
        let selection = Selection::of(self.resource.as_ref(), self.table.as_ref());
        session.blocking(move || definition::from_file(&path, &selection)).await?
    }
}
