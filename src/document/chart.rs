//! The chart of a table: headings, facts and tables, for the formats that people read.

use crate::schema::{IndexProjection, IndexSchema, KeySchema, Membership, ModelSchema};

use super::content::{Content, KeyMaker, ModelKeys};
use super::patterns::{self, Pattern};
use super::sample;

/// A chart.
pub(super) struct Chart {
    pub(super) title: Line,
    pub(super) facts: Vec<Line>,
    pub(super) sections: Vec<Section>,
}

/// A heading with the tables under it.
pub(super) struct Section {
    pub(super) title: Line,
    pub(super) facts: Vec<Line>,
    pub(super) tables: Vec<Grid>,
}

/// A table of the chart.
pub(super) struct Grid {
    pub(super) head: Vec<Line>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The lines of a cell.
pub(super) type Cell = Vec<Line>;

/// Text, with names and values as code.
pub(super) type Line = Vec<Span>;

/// A part of a line.
#[derive(Debug, Clone)]
pub(super) enum Span {
    Text(String),
    Code(String),
}

pub(super) fn of(content: &Content) -> Chart {
    let schema = content.table;
    let mut facts = vec![keys("Keys: ", [&schema.hash_key], &schema.range_key)];
    if let Some(ttl) = schema.ttl {
        facts.push(vec![text("TTL: "), code(ttl)]);
    }
    if let Some(entity) = schema.entity {
        facts.push(vec![text("Entity attribute: "), code(entity.name)]);
    }
    facts.push(match content.provisioned {
        Some((read, write)) => {
            vec![text(format!("Billing: provisioned, {read} read and {write} write units per second"))]
        }
        None => vec![text("Billing: on demand")],
    });
    let mut sections = vec![table(content)];
    sections.extend(schema.indexes.iter().map(|index| self::index(content, index)));
    Chart { title: vec![text("Table "), code(&content.name)], facts, sections }
}

fn table(content: &Content) -> Section {
    let attributes: Vec<&KeySchema> =
        std::iter::once(&content.table.hash_key).chain(&content.table.range_key).collect();
    let mut head = vec![vec![text("entity")]];
    head.extend(attributes.iter().map(|key| vec![code(key.attribute.name)]));
    head.push(vec![text("notes")]);
    let row = |model: &&'static ModelSchema| {
        let mut row = vec![vec![vec![code(model.model)]]];
        row.extend(key_cells(&ModelKeys::in_table(model), &attributes));
        row.push(notes(model));
        row
    };
    let entities = Grid { head, rows: content.models.iter().map(row).collect() };
    Section {
        title: vec![text("Entities")],
        facts: Vec::new(),
        tables: vec![entities, pattern_grid(patterns::of_table(content))],
    }
}

fn index(content: &Content, index: &'static IndexSchema) -> Section {
    let attributes: Vec<&KeySchema> = index.hash_keys().chain(index.range_keys()).collect();
    let mut head = vec![vec![text("entity")]];
    head.extend(attributes.iter().map(|key| vec![code(key.attribute.name)]));
    let row = |model: &&'static ModelSchema| {
        let keys = ModelKeys::in_index(model, index)?;
        let mut entity = vec![vec![code(model.model)]];
        entity.extend(condition(model, index));
        let mut row = vec![entity];
        row.extend(key_cells(&keys, &attributes));
        Some(row)
    };
    let entities = Grid { head, rows: content.models.iter().filter_map(row).collect() };
    let mut facts = vec![keys("Keys: ", index.hash_keys(), index.range_keys())];
    facts.push(match index.projection {
        IndexProjection::All => vec![text("Holds all attributes")],
        IndexProjection::KeysOnly => vec![text("Holds the keys only")],
        IndexProjection::Include(names) => {
            let mut line = vec![text("Holds the keys and ")];
            line.extend(separated(names.iter().map(|name| vec![code(*name)])));
            line
        }
    });
    let scope = if index.local { "Local index " } else { "Index " };
    Section {
        title: vec![text(scope), code(index.name)],
        facts,
        tables: vec![entities, pattern_grid(patterns::of_index(content, index))],
    }
}

/// What decides whether an item of the model is in the index, besides its keys.
fn condition(model: &ModelSchema, index: &IndexSchema) -> Option<Line> {
    let keys = model.index_keys.iter().find(|keys| keys.index == index.name)?;
    match keys.membership {
        Membership::OfKeys => None,
        Membership::OfValue => Some(vec![text("if a function of the item says so")]),
        Membership::OfFields { fields, .. } => {
            let mut line = vec![text("if a function of ")];
            line.extend(separated(fields.iter().map(|name| vec![code(*name)])));
            line.push(text(" says so"));
            Some(line)
        }
    }
}

/// One cell for each key attribute: the template, and an example unless that is the same.
fn key_cells(keys: &ModelKeys, attributes: &[&KeySchema]) -> Vec<Cell> {
    let cell = |(maker, key): (&KeyMaker, &&KeySchema)| -> Cell {
        let (template, example) = (maker.template(), sample::text(maker, key.key_type));
        let is_same = template == example;
        let mut cell = vec![vec![code(template)]];
        if !is_same {
            cell.push(vec![code(example)]);
        }
        cell
    };
    keys.all().zip(attributes).map(cell).collect()
}

fn notes(model: &ModelSchema) -> Cell {
    let mut notes = Vec::new();
    if let Some(entity) = model.entity {
        notes.push(vec![code(entity.attribute.name), text(" is "), code(entity.name)]);
        if !entity.aliases.is_empty() {
            let mut line = vec![text("formerly ")];
            line.extend(separated(entity.aliases.iter().map(|name| vec![code(*name)])));
            notes.push(line);
        }
    }
    notes.extend(model.ttl.map(|ttl| vec![text("expires at "), code(ttl)]));
    notes.extend(model.unique.iter().map(|unique| {
        let mut line = vec![code(unique.attribute), text(" is unique")];
        if !unique.scope.is_empty() {
            line.push(text(" within "));
            line.extend(separated(unique.scope.iter().map(|name| vec![code(*name)])));
        }
        line
    }));
    notes.extend(model.managed.version.map(|version| vec![text("version in "), code(version)]));
    notes
}

fn pattern_grid(patterns: Vec<Pattern>) -> Grid {
    let head = ["access pattern", "call", "key condition"].map(|head| vec![text(head)]).into();
    let row = |pattern: Pattern| {
        let condition = pattern
            .keys
            .into_iter()
            .map(|key| vec![code(key.attribute), text(format!(" {} ", key.operator)), code(key.value)]);
        vec![vec![pattern.what], vec![vec![code(pattern.call)]], condition.collect()]
    };
    Grid { head, rows: patterns.into_iter().map(row).collect() }
}

fn keys<'a>(
    label: &str,
    hash: impl IntoIterator<Item = &'a KeySchema>,
    range: impl IntoIterator<Item = &'a KeySchema>,
) -> Line {
    let key = |key: &KeySchema| vec![code(key.attribute.name), text(format!(" ({})", key.key_type.as_str()))];
    let mut line = vec![text(label)];
    line.extend(separated(hash.into_iter().chain(range).map(key)));
    line
}

fn separated(parts: impl Iterator<Item = Line>) -> Line {
    joined(parts, ", ")
}

/// The parts with commas between them, and `last` before the last one.
pub(super) fn joined(parts: impl Iterator<Item = Line>, last: &str) -> Line {
    let mut parts = parts.peekable();
    let mut line = parts.next().unwrap_or_default();
    while let Some(part) = parts.next() {
        line.push(text(if parts.peek().is_some() { ", " } else { last }));
        line.extend(part);
    }
    line
}

pub(super) fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

pub(super) fn code(text: impl Into<String>) -> Span {
    Span::Code(text.into())
}
