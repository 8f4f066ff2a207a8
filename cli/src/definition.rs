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
}

/// Reads the definition in a file. If the file defines several tables, `name` selects one, by its name or by its
/// identifier in the file.
pub(crate) fn from_file(path: &Path, name: Option<&str>) -> Result<Definition, Failure> {
    let at = |failure: Failure| failure.at(path.display());
    let mut text = String::new();
    let read = input::open(path)?.read_to_string(&mut text);
    read.map_err(|error| at(Failure::new("the file cannot be read").with_cause(error)))?;
    let document = serde_json::from_str(&text);
    let document = document.map_err(|error| at(Failure::new("the file is not JSON").with_cause(error)))?;
    of_document(&document, name).map_err(at)
}

/// Reads a definition. An error names the invalid part of the document.
pub(crate) fn of_document(document: &Value, name: Option<&str>) -> Result<Definition, Failure> {
    if document.get("Resources").is_some() {
        chosen(cloud_formation::tables(document)?, name)
    } else if document.get("resource").is_some() {
        chosen(terraform::tables(document)?, name)
    } else if document.get("DataModel").is_some() {
        chosen(workbench::tables(document)?, name)
    } else {
        described::definition(document)
    }
}

/// The definitions of a file: the identifier, the name if it is stated, and the rest, which is read for one table only.
type Tables<'a> = Vec<(&'a str, Option<String>, Box<dyn FnOnce() -> Result<Definition, Failure> + 'a>)>;

fn chosen(mut tables: Tables<'_>, name: Option<&str>) -> Result<Definition, Failure> {
    let is_named =
        |id: &str, stated: &Option<String>| name.is_some_and(|name| name == id || Some(name) == stated.as_deref());
    let found = tables.iter().position(|(id, stated, _)| is_named(id, stated));
    let index = match (found, tables.len()) {
        (Some(index), _) => index,
        (None, 1) => 0,
        (None, 0) => return Err(Failure::new("the file defines no table")),
        (None, _) => {
            let ids: Vec<_> = tables.iter().map(|(id, _, _)| format!("`{id}`")).collect();
            return Err(Failure::new(format!(
                "the file defines several tables, and none has the name of the command; select one with --resource: {}",
                ids.join(", ")
            )));
        }
    };
    let (id, stated, read) = tables.swap_remove(index);
    let definition = read().map_err(|failure| failure.at(format!("`{id}`")))?;
    Ok(Definition { name: stated, ..definition })
}

/// The view with this name.
pub(crate) fn stream_view(name: &str) -> Option<StreamView> {
    let views = [StreamView::KeysOnly, StreamView::NewImage, StreamView::OldImage, StreamView::NewAndOldImages];
    views.into_iter().find(|view| view.as_str() == name)
}
