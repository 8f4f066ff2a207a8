//! Definitions of tables in files: CloudFormation templates, Terraform configurations in JSON, models of NoSQL Workbench,
//! and the output of `table describe --json`.

mod cloud_formation;
mod described;
mod member;
mod terraform;
mod workbench;

use std::io::Read as _;
use std::path::Path;

use serde_json::Value;
use singlet::stream::StreamView;
use singlet::tables::TableDefinition;

use crate::{Failure, input};
pub(crate) use described::table as describe;

/// A table as a file defines it.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The name of the table, if the file states it.
    pub(crate) name: Option<String>,
    /// Keys, indexes and TTL.
    pub(crate) table: TableDefinition,
    /// The read and write units per second; `None` for on-demand billing.
    pub(crate) provisioned: Option<(u64, u64)>,
    /// The units of global indexes that have their own.
    pub(crate) index_provisioned: Vec<(String, (u64, u64))>,
    pub(crate) stream: Option<StreamView>,
    pub(crate) deletion_protection: bool,
    /// The settings of the file that `table create` does not apply.
    pub(crate) ignored: Vec<String>,
}

impl Definition {
    pub(crate) fn new(table: TableDefinition) -> Self {
        Definition {
            name: None,
            table,
            provisioned: None,
            index_provisioned: Vec::new(),
            stream: None,
            deletion_protection: false,
            ignored: Vec::new(),
        }
    }

    /// Lists the members that are not covered, each once. `place` precedes the name of a member that is not the table's own.
    fn list_ignored(&mut self, members: &member::Members, covered: &[&str], place: &str) {
        for name in members.keys().filter(|name| !covered.contains(&&***name)) {
            let name = format!("{place}{name}");
            if !self.ignored.contains(&name) {
                self.ignored.push(name);
            }
        }
    }
}

/// Which table of a file is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The one with this name, or with this identifier in the file.
    Named(String),
    /// The one with the name of the command; if the file has none, its only table.
    OfCommand(Option<String>),
}

impl Selection {
    /// `resource` is the option that names a table of the file, and `table` the name in the command.
    pub(crate) fn of(resource: Option<&String>, table: Option<&String>) -> Self {
        match resource {
            Some(name) => Selection::Named(name.clone()),
            None => Selection::OfCommand(table.cloned()),
        }
    }
}

/// Reads the definition in a file.
pub(crate) fn from_file(path: &Path, selection: &Selection) -> Result<Definition, Failure> {
    let at = |failure: Failure| failure.at(path.display());
    let mut text = Vec::new();
    let read = input::open(path)?.read_to_end(&mut text);
    read.map_err(|error| at(Failure::new("the file cannot be read").with_cause(error)))?;
    let document = input::json(&text);
    let document = document.map_err(|error| at(Failure::new("the file is not JSON").with_cause(error)))?;
    of_document(&document, selection).map_err(at)
}

/// Reads a definition. An error names the invalid part of the document.
pub(crate) fn of_document(document: &Value, selection: &Selection) -> Result<Definition, Failure> {
    let DefinedTable { id, name, read } = chosen(tables(document)?, selection)?;
    let definition = read().map_err(|failure| if id.is_empty() { failure } else { failure.at(format!("`{id}`")) })?;
    Ok(Definition { name, ..definition })
}

/// The name of the table that is meant, if the document states it.
pub(crate) fn name_in(document: &Value, selection: &Selection) -> Result<Option<String>, Failure> {
    Ok(chosen(tables(document)?, selection)?.name)
}

/// A table of a file.
struct DefinedTable<'a> {
    /// The identifier in the file; empty if the file contains one table.
    id: &'a str,
    /// The name, if it is stated.
    name: Option<String>,
    /// Reads the rest, which is done for one table only.
    read: Box<dyn FnOnce() -> Result<Definition, Failure> + 'a>,
}

fn tables(document: &Value) -> Result<Vec<DefinedTable<'_>>, Failure> {
    if document.get("Resources").is_some() {
        cloud_formation::tables(document)
    } else if document.get("resource").is_some() {
        terraform::tables(document)
    } else if document.get("DataModel").is_some() {
        workbench::tables(document)
    } else {
        let name = document["name"].as_str().map(str::to_owned);
        Ok(vec![DefinedTable { id: "", name, read: Box::new(|| described::definition(document)) }])
    }
}

fn chosen<'a>(mut tables: Vec<DefinedTable<'a>>, selection: &Selection) -> Result<DefinedTable<'a>, Failure> {
    let (Selection::Named(name) | Selection::OfCommand(Some(name))) = selection else {
        return only(tables);
    };
    let is_named = |table: &DefinedTable<'_>| table.id == name || table.name.as_ref() == Some(name);
    match (tables.iter().position(is_named), selection) {
        (Some(index), _) => Ok(tables.swap_remove(index)),
        (None, Selection::OfCommand(_)) => only(tables),
        (None, Selection::Named(_)) => {
            Err(Failure::new(format!("the file does not define the table `{name}`, but {}", listed(&tables))))
        }
    }
}

fn only(mut tables: Vec<DefinedTable<'_>>) -> Result<DefinedTable<'_>, Failure> {
    match (tables.pop(), tables.len()) {
        (Some(table), 0) => Ok(table),
        (None, _) => Err(Failure::new("the file defines no table")),
        (Some(last), _) => {
            tables.push(last);
            Err(Failure::new(format!(
                "the file defines several tables; name one in the command, or select it with --resource: {}",
                listed(&tables)
            )))
        }
    }
}

fn listed(tables: &[DefinedTable<'_>]) -> String {
    let shown = |table: &DefinedTable<'_>| match (table.id, &table.name) {
        ("", Some(name)) => format!("`{name}`"),
        (id, _) => format!("`{id}`"),
    };
    if tables.is_empty() { "no table".to_owned() } else { tables.iter().map(shown).collect::<Vec<_>>().join(", ") }
}
