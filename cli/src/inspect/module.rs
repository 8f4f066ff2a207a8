//! Writes a plan as a Rust module: `Table`, `Model` and `Attribute` derives, and a test of every sampled item.

use std::fmt::Write as _;

use singlet::key::KeyType;
use singlet::tables::{IndexDefinition, KeyDescription, ProjectionDescription};

use super::keys::{Part, PartFormat, PartSource, Source};
use super::names::{Names, unraw};
use super::plan::{FieldPlan, IndexSource, ModelPlan, Plan};
use super::types::StructPlan;

/// The module. `sample` is the name of the file with the items, in the order of the models.
pub(super) fn text(plan: &Plan, table: &str, sample: &str) -> String {
    let items: usize = plan.models.iter().map(|model| model.items.len()).sum();
    let mut out = format!("//! The models of the table {table:?}, found by `singlet inspect` in {items} items.\n//!\n");
    out.push_str(
        "//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other\n\
         //! attributes keeps what the sample did not show; remove it when the models are complete.\n",
    );
    if !plan.types.structs.is_empty() {
        out.push_str(
            "//!\n//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show\n\
             //! are lost. Add them, or use a `BTreeMap` if the entries can have any name.\n",
        );
    }
    line(&mut out, format_args!("//!\n//! `{sample}` contains stored values; check it before you commit it."));
    if !plan.notes.is_empty() {
        out.push_str("//!\n//! Not expressed:\n//!\n");
        for note in &plan.notes {
            line(&mut out, format_args!("//! * {note}"));
        }
    }
    out.push('\n');
    uses(plan, &mut out);
    table_struct(plan, table, &mut out);
    plan.models.iter().for_each(|model| self::model(plan, model, &mut out));
    plan.types.structs.iter().for_each(|nested| nested_struct(nested, &mut out));
    tests(plan, sample, &mut out);
    out
}

fn line(out: &mut String, text: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn uses(plan: &Plan, out: &mut String) {
    let sets = if plan.types.uses.contains("BTreeSet") { "{BTreeMap, BTreeSet}" } else { "BTreeMap" };
    line(out, format_args!("use std::collections::{sets};\n\nuse aws_sdk_dynamodb::types::AttributeValue;"));
    let mut names = vec!["Model", "Table"];
    if !plan.types.structs.is_empty() {
        names.push("Attribute");
    }
    names.extend(["Binary", "Number", "TTLAttribute"].into_iter().filter(|name| plan.types.uses.contains(name)));
    names.sort_unstable();
    line(out, format_args!("use singlet::{{{}}};", names.join(", ")));
}

fn table_struct(plan: &Plan, table: &str, out: &mut String) {
    let definition = &plan.definition;
    let mut options = vec![format!("name = {table:?}")];
    for (role, keys) in [("hash_key", &definition.hash_key), ("range_key", &definition.range_key)] {
        options.extend(keys.iter().flat_map(|key| key_options(role, std::slice::from_ref(key))));
    }
    options.extend(definition.ttl.iter().map(|ttl| format!("ttl = {ttl:?}")));
    options.extend(plan.entity.iter().map(|entity| format!("entity = {entity:?}")));
    line(out, format_args!("\n/// The table {table:?}.\n#[derive(Debug, Table)]\n#[table({})]", options.join(", ")));
    for index in &definition.indexes {
        line(out, format_args!("#[table(index({}))]", index_options(index)));
    }
    line(out, format_args!("pub struct {};", plan.table));
}

fn index_options(index: &IndexDefinition) -> String {
    let mut options = vec![format!("name = {:?}", index.name)];
    options.extend(index.is_local.then(|| "local".to_owned()));
    options.extend(key_options("hash_key", &index.hash_key));
    options.extend(key_options("range_key", &index.range_key));
    match &index.projection {
        ProjectionDescription::KeysOnly => options.push("projection = \"keys_only\"".to_owned()),
        ProjectionDescription::Include(names) => options.push(format!("include({})", quoted(names))),
        _ => {}
    }
    options.join(", ")
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

fn key_options(role: &str, keys: &[KeyDescription]) -> Vec<String> {
    let letter = |key: &KeyDescription| key.key_type.unwrap_or(KeyType::S).as_str();
    let is_text = keys.iter().all(|key| letter(key) == "S");
    match keys {
        [] => Vec::new(),
        [key] => {
            let mut options = vec![format!("{role} = {:?}", key.attribute)];
            options.extend((!is_text).then(|| format!("{role}_type = {:?}", letter(key))));
            options
        }
        keys => {
            let names: Vec<_> = keys.iter().map(|key| key.attribute.clone()).collect();
            let types: Vec<_> = keys.iter().map(|key| letter(key).to_owned()).collect();
            let mut options = vec![format!("{role}({})", quoted(&names))];
            options.extend((!is_text).then(|| format!("{role}_type({})", quoted(&types))));
            options
        }
    }
}

fn model(plan: &Plan, model: &ModelPlan, out: &mut String) {
    let plural = if model.items.len() == 1 { "" } else { "s" };
    line(out, format_args!("\n/// {} sampled item{plural}.", model.items.len()));
    line(out, format_args!("#[derive(Debug, Clone, PartialEq, Model)]"));
    let mut options = vec![format!("table = {}", plan.table)];
    for (role, source) in [("hash_key", Some(&model.hash)), ("range_key", model.range.as_ref())] {
        if let Some(Source::Template(_)) = source {
            options.extend(source.map(|source| format!("{role} = {}", self::source(model, source, ""))));
        }
    }
    options.push("key_escape = false".to_owned());
    line(out, format_args!("#[model({})]", options.join(", ")));
    for index in &model.indexes {
        let mut options = vec![format!("{:?}", index.index.name)];
        for (role, keys) in [("hash_key", &index.hash), ("range_key", &index.range)] {
            let sources: Vec<_> = keys.iter().map(|(name, source)| index_source(model, name, source)).collect();
            match &*sources {
                [] => {}
                [one] => options.push(format!("{role} = {one}")),
                several => options.push(format!("{role}({})", several.join(", "))),
            }
        }
        line(out, format_args!("#[model(index({}))]", options.join(", ")));
    }
    if let Some(entity) = &model.entity {
        let optional = if model.is_entity_optional { ", entity = \"optional\"" } else { "" };
        line(out, format_args!("#[model(entity_name = {entity:?}{optional})]"));
    }
    line(out, format_args!("pub struct {} {{", model.name));
    for field in &model.fields {
        self::field(field, out);
    }
    for name in &model.key_only {
        line(out, format_args!("    /// A part of the key.\n    #[model(key_only)]\n    pub {name}: String,"));
    }
    line(out, format_args!("    /// All other attributes."));
    line(out, format_args!("    #[model(extra)]\n    pub {}: BTreeMap<String, AttributeValue>,\n}}", model.extra));
}

fn field(field: &FieldPlan, out: &mut String) {
    let mut options: Vec<String> = field.role.map(str::to_owned).into_iter().collect();
    options.extend(rename(&field.attribute, &field.ident));
    line(out, format_args!("    /// The attribute {:?}.", field.attribute));
    if !options.is_empty() {
        line(out, format_args!("    #[model({})]", options.join(", ")));
    }
    line(out, format_args!("    pub {}: {},", field.ident, field.ty));
}

fn rename(attribute: &str, ident: &str) -> Option<String> {
    (unraw(ident) != attribute).then(|| format!("rename = {attribute:?}"))
}

fn index_source(model: &ModelPlan, attribute: &str, source: &IndexSource) -> String {
    match source {
        IndexSource::Made(source) => self::source(model, source, attribute),
        IndexSource::Entity(name) => format!("{:?}", braced(name)),
    }
}

/// A template in quotes, or the name of a field.
fn source(model: &ModelPlan, source: &Source, attribute: &str) -> String {
    let Source::Template(segments) = source else {
        return model.ident(attribute).to_owned();
    };
    let part = |Part { value, format }: &Part| {
        let name = match value {
            PartSource::Attribute(name) => model.ident(name),
            PartSource::Key(number) => &*model.key_only[*number],
        };
        let name = unraw(name);
        match format {
            PartFormat::Text => format!("{{{name}}}"),
            PartFormat::Plain => format!("{{{name}:plain}}"),
            PartFormat::Width(width) => format!("{{{name}:0{width}}}"),
        }
    };
    let texts = segments.iter().map(|segment| {
        let part = segment.part.as_ref().map(part).unwrap_or_default();
        format!("{}{part}", braced(&segment.literal))
    });
    format!("{:?}", texts.collect::<Vec<_>>().join("#"))
}

fn braced(literal: &str) -> String {
    literal.replace('{', "{{").replace('}', "}}")
}

fn nested_struct(nested: &StructPlan, out: &mut String) {
    line(
        out,
        format_args!(
            "\n/// A map. Saving it removes the entries that have no field.\n#[derive(Debug, Clone, PartialEq, Attribute)]\npub struct {} {{",
            nested.name
        ),
    );
    for (attribute, ident, ty) in &nested.fields {
        line(out, format_args!("    /// The entry {attribute:?}."));
        if let Some(rename) = rename(attribute, ident) {
            line(out, format_args!("    #[attribute({rename})]"));
        }
        line(out, format_args!("    pub {ident}: {ty},"));
    }
    line(out, "}");
}

fn tests(plan: &Plan, sample: &str, out: &mut String) {
    let _ = write!(
        out,
        "
#[cfg(test)]
mod tests {{
    use singlet::{{assert_round_trip, read_items}};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!({sample:?});
"
    );
    let (mut start, mut names) = (0, Names::default());
    for model in &plan.models {
        let (name, items) = (names.field(&model.name), model.items.len());
        let name = unraw(&name);
        line(out, format_args!("\n    #[test]\n    fn every_{name}_is_read_and_written_back_unchanged() {{"));
        let model = &model.name;
        line(
            out,
            format_args!(
                "        assert_round_trip::<{model}>(read_items(ITEMS).skip({start}).take({items}));\n    }}"
            ),
        );
        start += items;
    }
    line(out, "}");
}
