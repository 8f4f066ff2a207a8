//! A definition from a file: what `singlet --json table describe` has printed.

use serde_json::Value;
use singlet::tables::{IndexDefinition, ProjectionDescription, TableDefinition};

use super::key_option::{KeyOption, key_type};
use crate::Failure;

/// The definition of the described table. Fails with the place in the document that is not as it should be.
pub(super) fn definition(document: &Value) -> Result<TableDefinition, Failure> {
    let [hash_key] = &*keys(document, "hash_key")? else { return Err(bad("hash_key")) };
    let mut table = TableDefinition::new(&*hash_key.attribute, hash_key.key_type);
    for key in keys(document, "range_key")? {
        table = table.range_key(key.attribute, key.key_type);
    }
    for described in document["indexes"].as_array().ok_or_else(|| bad("indexes"))? {
        table = table.index(index(described).map_err(|failure| failure.at("indexes"))?);
    }
    let ttl = &document["ttl"];
    let is_on = matches!(ttl["status"].as_str(), Some("ENABLED" | "ENABLING"));
    match ttl["attribute"].as_str().filter(|_| is_on) {
        Some(attribute) => Ok(table.ttl(attribute)),
        None if ttl["status"].is_string() => Ok(table),
        None => Err(bad("ttl")),
    }
}

fn index(document: &Value) -> Result<IndexDefinition, Failure> {
    let name = document["name"].as_str().ok_or_else(|| bad("name"))?;
    let is_local = document["local"].as_bool().ok_or_else(|| bad("local"))?;
    let mut index = if is_local { IndexDefinition::local(name) } else { IndexDefinition::global(name) };
    for key in keys(document, "hash_key")? {
        index = index.hash_key(key.attribute, key.key_type);
    }
    for key in keys(document, "range_key")? {
        index = index.range_key(key.attribute, key.key_type);
    }
    Ok(index.projection(projection(&document["projection"]).ok_or_else(|| bad("projection"))?))
}

fn projection(document: &Value) -> Option<ProjectionDescription> {
    match document["type"].as_str()? {
        "ALL" => Some(ProjectionDescription::All),
        "KEYS_ONLY" => Some(ProjectionDescription::KeysOnly),
        "INCLUDE" => {
            let names = document["attributes"].as_array()?.iter();
            names
                .map(|name| name.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(ProjectionDescription::Include)
        }
        _ => None,
    }
}

fn keys(document: &Value, role: &'static str) -> Result<Vec<KeyOption>, Failure> {
    let key = |key: &Value| {
        let attribute = key["attribute"].as_str()?.to_owned();
        Some(KeyOption { attribute, key_type: key_type(key["type"].as_str()?)? })
    };
    let keys = document[role].as_array().ok_or_else(|| bad(role))?;
    keys.iter().map(|document| key(document).ok_or_else(|| bad(role))).collect()
}

fn bad(place: &'static str) -> Failure {
    Failure::new(format!("`{place}` is not as `singlet --json table describe` writes it"))
}
