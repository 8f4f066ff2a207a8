//! The definition of a table in options, for `table create` and `table verify`.

use clap::Args;
use singlet::tables::{IndexDefinition, TableDefinition};

use super::key_option::{self, KeyOption};

/// How an index and its keys are written, for the help of the commands.
pub(super) const HELP: &str = "\
An index is NAME,hash=KEY,range=KEY followed by projection=all, projection=keys_only or include=NAME+NAME; a local \
index is NAME,local,range=KEY. A key is NAME or NAME:TYPE with the type S, N or B. Join several attributes of one \
key with +.

A file contains a CloudFormation template or a Terraform configuration in JSON, a model of NoSQL Workbench, or the \
output of `singlet --json table describe`.";

/// The keys, indexes and TTL of a table. A command says itself what it does without a hash key.
#[derive(Debug, Args)]
pub(crate) struct DefinitionOptions {
    /// The hash key (partition key): NAME or NAME:TYPE
    #[arg(long, value_name = "KEY", value_parser = key_option::key)]
    hash_key: Option<KeyOption>,

    /// The range key (sort key): NAME or NAME:TYPE; omit it if the table has none
    #[arg(long, value_name = "KEY", value_parser = key_option::key, requires = "hash_key")]
    range_key: Option<KeyOption>,

    /// The TTL attribute; omit it if time to live is disabled
    #[arg(long, value_name = "NAME", requires = "hash_key")]
    ttl: Option<String>,

    /// An index; repeat the option for each index
    #[arg(long = "index", value_name = "INDEX", value_parser = key_option::index, requires = "hash_key")]
    indexes: Vec<IndexDefinition>,
}

/// The message for a command with neither a hash key nor a file. Clap refuses it before.
pub(super) const MISSING: &str = "state the definition of the table: --hash-key, or a file";

/// The options that a file replaces.
pub(crate) const REPLACED: [&str; 4] = ["hash_key", "range_key", "ttl", "indexes"];

impl DefinitionOptions {
    /// The definition; `None` if a file contains it instead.
    pub(crate) fn table(&self) -> Option<TableDefinition> {
        let hash_key = self.hash_key.as_ref()?;
        let mut table = TableDefinition::new(&*hash_key.attribute, hash_key.key_type);
        if let Some(key) = &self.range_key {
            table = table.range_key(&*key.attribute, key.key_type);
        }
        if let Some(ttl) = &self.ttl {
            table = table.ttl(ttl);
        }
        Some(self.indexes.iter().cloned().fold(table, TableDefinition::index))
    }
}
