//! The command line: global options and subcommands. The subcommands' own options are beside their code.

use clap::{Parser, Subcommand};

use crate::cleanup::CleanupCommand;
use crate::completions::Completions;
use crate::cost::CostCommand;
use crate::exit;
use crate::export::Export;
use crate::import::Import;
use crate::inspect::Inspect;
use crate::table::TableCommand;
use crate::ttl::TtlCommand;

/// Manages Amazon DynamoDB tables: time to live, definitions, imports, exports and cleanups.
#[derive(Debug, Parser)]
#[command(name = "singlet", version, after_help = exit::HELP, arg_required_else_help = false)]
pub struct Arguments {
    /// The subcommand to run.
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

impl Command {
    /// Whether the command sends no request, so that it needs no configuration.
    pub(crate) fn is_offline(&self) -> bool {
        match self {
            Command::Completions(_) => true,
            Command::Inspect(inspect) => inspect.is_offline(),
            Command::Cost(cost) => cost.is_offline(),
            _ => false,
        }
    }
}

/// The subcommands of the tool.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Show or enable time to live, or verify that DynamoDB deletes expired items
    #[command(subcommand)]
    Ttl(TtlCommand),

    /// Create or describe a table, or compare it with a definition
    #[command(subcommand)]
    Table(TableCommand),

    /// Remove stale entries of a service registry or inactive records of a cache
    #[command(subcommand)]
    Cleanup(CleanupCommand),

    /// Import items from files into a table
    Import(Import),

    /// Export all items of a table to a file
    Export(Export),

    /// Sample a table and write its models as a Rust module
    Inspect(Inspect),

    /// Sample a table and show what reading and writing its items costs
    Cost(CostCommand),

    /// Print a script that completes commands and options in a shell
    Completions(Completions),
}
