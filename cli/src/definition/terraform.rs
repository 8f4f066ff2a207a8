//! Tables of a Terraform configuration in JSON.

use serde_json::Value;
use singlet::stream::StreamView;

use super::member::{Keys, Members, Types, flag, invalid, key_type, object, optional_text, projection, units};
use super::{DefinedTable, Definition};
use crate::Failure;

/// The arguments of a table that a definition covers.
const COVERED: [&str; 14] = [
    "name",
    "billing_mode",
    "read_capacity",
    "write_capacity",
    "hash_key",
    "range_key",
    "key_schema",
    "attribute",
    "global_secondary_index",
    "local_secondary_index",
    "ttl",
    "stream_enabled",
    "stream_view_type",
    "deletion_protection_enabled",
];

/// The arguments of an index that a definition covers.
const COVERED_OF_INDEX: [&str; 8] = [
    "name",
    "hash_key",
    "range_key",
    "key_schema",
    "projection_type",
    "non_key_attributes",
    "read_capacity",
    "write_capacity",
];

pub(super) fn tables(configuration: &Value) -> Result<Vec<DefinedTable<'_>>, Failure> {
    let mut tables: Vec<DefinedTable<'_>> = Vec::new();
    for resources in blocks(&configuration["resource"]) {
        for named in blocks(&resources["aws_dynamodb_table"]) {
            for (id, bodies) in object(named, "aws_dynamodb_table")? {
                for body in blocks(bodies) {
                    let members =
                        object(body, "aws_dynamodb_table").map_err(|failure| failure.at(format!("`{id}`")))?;
                    let name = literal(members, "name").ok().flatten();
                    tables.push(DefinedTable { id, name, read: Box::new(move || table(members)) });
                }
            }
        }
    }
    Ok(tables)
}

/// The bodies of a block: Terraform takes one object as well as a list of them.
fn blocks(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.iter(),
        Value::Null => [].iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn blocks_of<'a>(members: &'a Members, name: &'a str) -> impl Iterator<Item = Result<&'a Members, Failure>> + use<'a> {
    blocks(members.get(name).unwrap_or(&Value::Null)).map(move |block| object(block, name))
}

fn table(members: &Members) -> Result<Definition, Failure> {
    let types = blocks_of(members, "attribute").map(|attribute| {
        let attribute = attribute?;
        Ok((required(attribute, "name")?, key_type(&required(attribute, "type")?)?))
    });
    let types = Types(types.collect::<Result<_, Failure>>()?);
    let mut definition = Definition::new(types.table(&keys(members)?)?);
    let is_provisioned = literal(members, "billing_mode")?.as_deref() != Some("PAY_PER_REQUEST");
    if is_provisioned {
        definition.provisioned = Some(units(members, "read_capacity", "write_capacity")?);
    }
    for (member, is_local) in [("global_secondary_index", false), ("local_secondary_index", true)] {
        for index in blocks_of(members, member) {
            let index = index?;
            definition.list_ignored(index, &COVERED_OF_INDEX, &format!("{member}."));
            let name = required(index, "name")?;
            let names = match index.get("non_key_attributes") {
                Some(Value::Array(names)) => &**names,
                _ => &[],
            };
            let built = types.index(&name, is_local, &keys(index)?)?;
            definition.table = definition
                .table
                .index(built.projection(projection(literal(index, "projection_type")?.as_deref(), names)?));
            if is_provisioned && index.contains_key("read_capacity") {
                definition.index_provisioned.push((name, units(index, "read_capacity", "write_capacity")?));
            }
        }
    }
    for ttl in blocks_of(members, "ttl") {
        let ttl = ttl?;
        if flag(ttl, "enabled")?.unwrap_or_default() {
            definition.table = definition.table.ttl(required(ttl, "attribute_name")?);
        }
    }
    if flag(members, "stream_enabled")?.unwrap_or_default() {
        let view = required(members, "stream_view_type")?;
        definition.stream = Some(StreamView::parse(&view).ok_or_else(|| invalid("stream_view_type", "a stream view"))?);
    }
    definition.deletion_protection = flag(members, "deletion_protection_enabled")?.unwrap_or_default();
    definition.list_ignored(members, &COVERED, "");
    Ok(definition)
}

fn keys(members: &Members) -> Result<Keys, Failure> {
    let mut keys = Keys::default();
    keys.0.extend(literal(members, "hash_key")?);
    keys.1.extend(literal(members, "range_key")?);
    for element in blocks_of(members, "key_schema") {
        let element = element?;
        let name = required(element, "attribute_name")?;
        match &*required(element, "key_type")? {
            "HASH" => keys.0.push(name),
            "RANGE" => keys.1.push(name),
            _ => return Err(invalid("key_type", "HASH or RANGE")),
        }
    }
    Ok(keys)
}

fn required(members: &Members, name: &str) -> Result<String, Failure> {
    literal(members, name)?.ok_or_else(|| Failure::new(format!("`{name}` is missing")))
}

/// A text without expressions. `$${` and `%%{` are the characters `${` and `%{`.
fn literal(members: &Members, name: &str) -> Result<Option<String>, Failure> {
    let Some(text) = optional_text(members, name)? else { return Ok(None) };
    let unescaped = text.replace("$${", "\0$").replace("%%{", "\0%");
    if unescaped.contains("${") || unescaped.contains("%{") {
        return Err(invalid(name, "a literal text, but contains an expression"));
    }
    Ok(Some(unescaped.replace("\0$", "${").replace("\0%", "%{")))
}
