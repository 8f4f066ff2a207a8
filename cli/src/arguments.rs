use clap::{Parser, Subcommand};

use crate::cleanup::CleanupCommand;
use crate::exit;
use crate::export::Export;
use crate::import::Import;
use crate::table::TableCommand;
use crate::ttl::TtlCommand;

/// Looks after tables of Amazon DynamoDB: time to live, definitions, imports, exports, clean-ups.
#[derive(Debug, Parser)]
#[command(name = "singlet", version, after_help = exit::HELP, arg_required_else_help = false)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Send requests to this URL, such as `http://localhost:8000` for DynamoDB Local
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options")]
    pub endpoint_url: Option<String>,

    /// Use this region, such as `eu-west-1`
    #[arg(long, global = true, value_name = "REGION", help_heading = "Global options")]
    pub region: Option<String>,

    /// Use this profile of `~/.aws/config` and `~/.aws/credentials`
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub profile: Option<String>,

    /// Print the result as one JSON document
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
}

/// What the tool can do.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Time to live: see, enable and verify that DynamoDB deletes what has expired
    #[command(subcommand)]
    Ttl(TtlCommand),

    /// Tables: describe one, or compare it with a definition
    #[command(subcommand)]
    Table(TableCommand),

    /// Clean-ups: remove what is left over in a service registry or a cache
    #[command(subcommand)]
    Cleanup(CleanupCommand),

    /// Put the items of a file into a table
    Import(Import),

    /// Write all items of a table to a file
    Export(Export),
}
