//! `singlet inspect`: samples a table and writes its models as a Rust module, with a test of every sampled item.

mod entities;
mod keys;
mod module;
mod names;
mod plan;
mod sample;
mod shape;
mod types;

use std::fs;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::types::AttributeValue;
use clap::Args;
use serde_json::json;
use singlet::Item;
use singlet::key::KeyType;
use singlet::tables::TableDefinition;

use crate::definition::{self, Selection};
use crate::escape::Inline;
use crate::table::{DefinitionOptions, REPLACED};
use crate::{Exit, Failure, Session, line};
use plan::Plan;
use sample::{ItemFile, SampledItems};

/// `singlet inspect`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Samples the items of a table, or of a file that `singlet import` accepts, and finds entities, types, optional attributes, \
nested structures, sets, and the templates of keys and index keys. Entities are told apart by the entity attribute, \
otherwise by the literal beginnings of their keys.

Writes a Rust module with `Table`, `Model` and `Attribute` derives, and the sampled items to a file beside it. A test in the \
module reads every sampled item and writes it back unchanged. The second file contains stored values: check it before you \
commit it. What the module does not express is a comment in it, and a line of the summary.

A file of items needs a definition of its table, by options or by --definition, unless it is a model of NoSQL Workbench.

  singlet inspect shop --out src/shop.rs
  singlet inspect shop --items shop.jsonl.gz --hash-key pk --range-key sk --out src/shop.rs")]
pub struct Inspect {
    /// The name of the table
    table: String,

    /// The module to write; by default, the name of the table with the ending `.rs`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace the files if they exist
    #[arg(long)]
    overwrite: bool,

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

impl Inspect {
    /// Whether the command sends no request.
    pub(crate) fn is_offline(&self) -> bool {
        self.items.is_some()
    }

    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.rs", names::module(&self.table))));
        let sample_file = out.with_extension("sample.jsonl");
        self.check_files(&out, &sample_file)?;
        let mut files = [&out, &sample_file].into_iter();
        if let Some(file) = files.find(|file| !self.overwrite && file.exists()) {
            return Err(Failure::usage("the file exists; use --overwrite to replace it").at(file.display()));
        }
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
        let plan = Plan::of(&self.table, definition, entity, groups);
        let sample_name = sample_file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        write(&out, module::text(&plan, &self.table, &sample_name).as_bytes())?;
        write(&sample_file, &lines(&plan)?)?;
        let models = plan.models.iter().map(|model| json!({ "name": model.name, "items": model.items.len() }));
        let document = json!({
            "table": self.table,
            "module": out.display().to_string(),
            "sample": sample_file.display().to_string(),
            "items": count,
            "capacity_units": units,
            "entity": plan.entity,
            "models": models.collect::<Vec<_>>(),
            "not_expressed": plan.notes,
        });
        session.output.result(&document, summary(&plan, &out, &sample_file, units))?;
        Ok(Exit::Done)
    }

    /// Checks that no file is written that is read, and that options do not contradict each other.
    fn check_files(&self, out: &Path, sample_file: &Path) -> Result<(), Failure> {
        if out.file_name().is_none() || out == sample_file {
            return Err(Failure::usage("--out does not name a file").at(out.display()));
        }
        for read in self.items.iter().chain(&self.definition).filter_map(|path| fs::canonicalize(path).ok()) {
            let is_read = |file: &&Path| fs::canonicalize(file).is_ok_and(|file| file == read);
            if let Some(file) = [out, sample_file].into_iter().find(is_read) {
                return Err(Failure::usage("the command would replace the file that it reads").at(file.display()));
            }
        }
        let is_input = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if is_input(&self.items) && is_input(&self.definition) {
            return Err(Failure::usage("only one of --items and --definition can be standard input"));
        }
        if self.items.is_none() && self.options.table().is_some() {
            return Err(Failure::usage("a table defines its keys itself; --hash-key is for --items"));
        }
        Ok(())
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

fn lines(plan: &Plan) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for model in &plan.models {
        // Sorted, because a scan returns items in no particular order.
        let mut own = Vec::new();
        for item in &model.items {
            let mut text = Vec::new();
            line::write(item, &mut text)?;
            own.push(text);
        }
        own.sort();
        lines.extend(own.concat());
    }
    Ok(lines)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes)),
        None => fs::write(path, bytes),
    };
    written.map_err(|error| Failure::new("the file cannot be written").with_cause(error).at(path.display()))
}

fn summary(plan: &Plan, out: &Path, sample: &Path, units: f64) -> String {
    let entity = match &plan.entity {
        Some(entity) => format!("by the attribute `{}`", Inline(entity)),
        None => "by the beginnings of their keys".to_owned(),
    };
    let mut lines = vec![format!("entities are told apart {entity}")];
    lines.extend(plan.models.iter().map(|model| format!("{:<6} {}", model.items.len(), model.name)));
    lines.extend(plan.notes.iter().map(|note| format!("not expressed: {}", Inline(note))));
    lines.push(format!("wrote {}", Inline(out.display())));
    lines.push(format!("wrote {}, which contains stored values; {units} capacity units", Inline(sample.display())));
    lines.join("\n")
}
