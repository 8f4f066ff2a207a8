//! What `inspect` and `cost` look at: the items of a table or of a file, grouped by entity.

use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::types::AttributeValue;
use clap::Args;
use singlet::Item;
use singlet::key::KeyType;
use singlet::tables::TableDefinition;

use super::entities;
use super::plan::Plan;
use super::sample::{self, ItemFile, SampledItems};
use crate::definition::{self, Selection};
use crate::table::{DefinitionOptions, REPLACED};
use crate::{Failure, Session};

/// The options that say which items are sampled.
#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// The name of the table
    pub(crate) table: String,

    /// Read the items from this file instead of the table; `-` is standard input
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,

    /// The definition of the table of --items, in a file as for `table verify --against`
    #[arg(
        long = "definition",
        id = "definition",
        value_name = "FILE",
        requires = "items",
        conflicts_with_all = REPLACED
    )]
    definition: Option<PathBuf>,

    /// The table in a file that defines several: its name, or its identifier in the file; by default, the name of the
    /// command
    #[arg(long, value_name = "NAME", requires = "items")]
    resource: Option<String>,

    #[command(flatten)]
    options: DefinitionOptions,

    /// The attribute that names the type of an item; by default, a known one that every sampled item has
    #[arg(long, value_name = "NAME", conflicts_with = "no_entity")]
    entity: Option<String>,

    /// Tell entities apart by their keys, even if the items have an entity attribute
    #[arg(long)]
    no_entity: bool,

    /// Sample at most this many items
    #[arg(long, value_name = "ITEMS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sample: u32,
}

/// The sampled items as models.
pub(crate) struct Sampled {
    pub(crate) plan: Plan,
    /// The definition of the table, also with what no derive expresses.
    pub(crate) definition: TableDefinition,
    /// How many items there are.
    pub(crate) count: usize,
    /// The read capacity units that they consumed.
    pub(crate) units: f64,
}

impl Subject {
    /// Whether the items come from a file, so that no request is sent.
    pub(crate) fn is_offline(&self) -> bool {
        self.items.is_some()
    }

    /// The files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.items.iter().chain(&self.definition)
    }

    /// Checks that options do not contradict each other.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let is_input = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if is_input(&self.items) && is_input(&self.definition) {
            return Err(Failure::usage("only one of --items and --definition can be standard input"));
        }
        if self.items.is_none() && self.options.table().is_some() {
            return Err(Failure::usage("a table defines its keys itself; --hash-key is for --items"));
        }
        Ok(())
    }

    /// Samples the items and finds the models.
    pub(crate) async fn sampled(&self, session: &Session) -> Result<Sampled, Failure> {
        let (definition, SampledItems { items, units }) = self.sample(session).await?;
        self.check_names(&definition)?;
        check_items(&items, &definition)?;
        let count = items.len();
        if count == 0 {
            return Err(Failure::new(format!("`{}` has no items to sample", self.table)));
        }
        let found = || entities::attribute(&items, &definition, self.entity.as_deref());
        let entity = if self.no_entity { None } else { found() };
        if let (Some(asked), None) = (&self.entity, &entity) {
            return Err(Failure::new(format!("not every sampled item has a text in `{asked}`")));
        }
        let groups = entities::groups(items, &definition, entity.as_deref());
        let plan = Plan::of(&self.table, definition.clone(), entity, groups);
        Ok(Sampled { plan, definition, count, units })
    }

    /// Checks the names that options and files state, because no derive accepts a name that DynamoDB does not.
    fn check_names(&self, definition: &TableDefinition) -> Result<(), Failure> {
        let is_name = |name: &str| {
            (3..=255).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        };
        // An ARN ends with the name of its table.
        let table = self.table.rsplit('/').next().unwrap_or(&self.table);
        let names = std::iter::once(table).chain(definition.indexes.iter().map(|index| &*index.name));
        match names.into_iter().find(|name| !is_name(name)) {
            Some(name) => Err(Failure::usage(format!(
                "`{name}` is not a valid name: a table and an index have 3 to 255 characters of a-z, A-Z, 0-9, `_`, `.` and `-`"
            ))),
            None => Ok(()),
        }
    }

    async fn sample(&self, session: &Session) -> Result<(TableDefinition, SampledItems), Failure> {
        let most = usize::try_from(self.sample).unwrap_or(usize::MAX);
        let Some(path) = self.items.clone() else {
            let table = singlet::tables::describe(&self.table).client(&session.client).await?;
            let table = definition::of_document(&definition::describe(&table), &Selection::OfCommand(None))?.table;
            return Ok((table, session.unless_interrupted(sample::of_table(session, &self.table, most)).await??));
        };
        let selection = Selection::of(self.resource.as_ref(), Some(&self.table));
        let of_command = Selection::of(None, Some(&self.table));
        let (options, file, is_selected) = (self.options.table(), self.definition.clone(), self.resource.is_some());
        session
            .blocking(move || {
                let at = |failure: Failure| failure.at(path.display());
                let is_defined = file.is_some();
                let table = match (options, file) {
                    (Some(table), _) => Some(table),
                    (None, Some(file)) => Some(definition::from_file(&file, &selection)?.table),
                    (None, None) => None,
                };
                match (sample::open(&path)?, table) {
                    (ItemFile::Items(_), _) if is_selected && !is_defined => Err(Failure::usage(
                        "--resource selects a table of a model or a --definition, and --items is neither",
                    )),
                    (ItemFile::Items(lines), Some(table)) => Ok((table, sample::of_lines(lines, most).map_err(at)?)),
                    (ItemFile::Items(_), None) => {
                        Err(Failure::usage("state the keys of the table: --hash-key, or --definition"))
                    }
                    (ItemFile::Model(model), table) => {
                        // With a definition, --resource selects in that file.
                        let selection = if is_defined { &of_command } else { &selection };
                        let name = definition::name_in(&model, selection).map_err(at)?.unwrap_or_default();
                        let table = match table {
                            Some(table) => table,
                            None => definition::of_document(&model, selection).map_err(at)?.table,
                        };
                        Ok((table, sample::of_model(&model, &name, most).map_err(at)?))
                    }
                }
            })
            .await?
    }
}

/// Checks that every item has the keys of the table, and no empty name, which DynamoDB does not store.
fn check_items(items: &[Item], definition: &TableDefinition) -> Result<(), Failure> {
    for (item, number) in items.iter().zip(1..) {
        if item.iter().any(|(name, value)| name.is_empty() || has_empty_name(value)) {
            return Err(Failure::new(format!(
                "item {number} of the sample has an attribute or an entry with an empty name"
            )));
        }
        for key in definition.hash_key.iter().chain(&definition.range_key) {
            let is_key = item.get(&key.attribute).is_some_and(|value| match key.key_type {
                Some(KeyType::S) => value.as_s().is_ok_and(|text| !text.is_empty()),
                Some(KeyType::N) => value.as_n().is_ok_and(|digits| digits.parse::<singlet::Number>().is_ok()),
                _ => value.as_b().is_ok_and(|bytes| !bytes.as_ref().is_empty()),
            });
            if !is_key {
                let key = &key.attribute;
                return Err(Failure::new(format!("item {number} of the sample has no `{key}` of the key's type")));
            }
        }
    }
    Ok(())
}

fn has_empty_name(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::M(map) => map.iter().any(|(name, value)| name.is_empty() || has_empty_name(value)),
        AttributeValue::L(list) => list.iter().any(has_empty_name),
        _ => false,
    }
}
