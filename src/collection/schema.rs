//! The schema of a collection, and the constant functions that check its models against each other.
//!
//! Generated code calls them in constants, so models that cannot share a query do not compile.

use crate::attribute::names::is_same;
use crate::key::{KeySource, common_prefix, is_same_piece};
use crate::op::ModelVTable;
use crate::schema::{EntitySchema, ModelSchema, TableSchema};

/// The name and models of a collection. The derive generates it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct CollectionSchema {
    pub(crate) name: &'static str,
    pub(crate) models: &'static [&'static ModelVTable],
    /// The attributes that each member reads; `None` for a whole model.
    members: &'static [Option<&'static [&'static str]>],
    pub(crate) unknown: Unknown,
    pub(crate) sensitive: &'static [&'static str],
}

/// What a collection does with an item of no model.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It is skipped, and the observer is told.
    Skipped,
    /// The query fails.
    Refused,
    /// It is kept in a variant.
    Kept,
}

impl CollectionSchema {
    pub const fn new(name: &'static str, models: &'static [&'static ModelVTable], unknown: Unknown) -> Self {
        CollectionSchema { name, models, members: &[], unknown, sensitive: &[] }
    }

    /// Adds the sensitive attributes, which are never shown.
    pub const fn sensitive(mut self, attributes: &'static [&'static str]) -> Self {
        self.sensitive = attributes;
        self
    }

    /// Adds the attributes that the members read, in the order of the models.
    pub const fn members(mut self, members: &'static [Option<&'static [&'static str]>]) -> Self {
        self.members = members;
        self
    }

    /// The attributes to request, each once: those of all projections, under all names. `None` for all attributes,
    /// because a member is a whole model or items of no model are kept.
    pub(crate) fn names(&self) -> Option<Vec<&'static str>> {
        if self.unknown == Unknown::Kept || self.members.is_empty() {
            return None;
        }
        let members: Vec<_> = self.members.iter().copied().collect::<Option<_>>()?;
        let requested = self.models.iter().zip(members).flat_map(|(model, names)| model.schema.requested(names));
        let mut names = Vec::new();
        for name in requested {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Some(names)
    }

    /// Whether all models belong to this table.
    pub(crate) const fn is_of_table(&self, table: &TableSchema) -> bool {
        let mut i = 0;
        while i < self.models.len() {
            if !self.models[i].schema.table.is_same(table) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// The model whose table and config are those of the collection.
    pub(crate) fn first(&self) -> &'static ModelVTable {
        let Some(first) = self.models.first() else { unreachable!("the derive refuses a collection without models") };
        first
    }

    /// The attribute that names the model of an item; `None` if the table has none.
    pub(crate) fn entity_attribute(&self) -> Option<&'static str> {
        self.models.first()?.schema.entity.map(|entity| entity.attribute.name)
    }

    /// Whether the model of an item is recognized by the keys.
    pub(crate) fn is_recognized_by_keys(&self) -> bool {
        self.models.iter().any(|model| model.schema.is_recognized_by_keys())
    }

    /// Whether a filter on one model must let other items pass: those of other models, and unknown ones if they matter.
    pub(crate) fn minds_others(&self) -> bool {
        self.models.len() > 1 || self.unknown != Unknown::Skipped
    }

    /// The literal text that all range keys begin with; empty if the whole partition must be read, because items of no
    /// model matter too.
    pub(crate) fn range_prefix<'a>(&self, ranges: impl IntoIterator<Item = Option<&'a KeySource>>) -> &'static str {
        if self.unknown != Unknown::Skipped {
            return "";
        }
        let prefixes = ranges.into_iter().map(|range| match range {
            Some(KeySource::Template(template)) => template.prefix(),
            _ => "",
        });
        prefixes.reduce(|a, b| common_prefix(a, b)).unwrap_or("")
    }
}

/// The number of sensitive attributes of the models.
pub const fn sensitive_count(models: &[&ModelVTable]) -> usize {
    // Index loops, here and below: iterators are not available in constants.
    let mut count = 0;
    let mut i = 0;
    while i < models.len() {
        count += models[i].schema.sensitive.len();
        i += 1;
    }
    count
}

/// The sensitive attributes of the models; `N` is their number.
pub const fn sensitive<const N: usize>(models: &[&ModelVTable]) -> [&'static str; N] {
    let mut attributes = [""; N];
    let mut count = 0;
    let mut i = 0;
    while i < models.len() {
        let own = models[i].schema.sensitive;
        let mut j = 0;
        while j < own.len() {
            attributes[count] = own[j];
            count += 1;
            j += 1;
        }
        i += 1;
    }
    attributes
}

/// Whether the derive of a model has failed: its schema then has no name. Further errors about it would only distract.
const fn is_broken(a: &ModelSchema, b: &ModelSchema) -> bool {
    a.model.is_empty() || b.model.is_empty()
}

/// Whether both models are in one table, with the same entity attribute.
pub const fn is_same_table(a: &ModelSchema, b: &ModelSchema) -> bool {
    let same_entity = match (a.table.entity, b.table.entity) {
        (Some(a), Some(b)) => is_same(a.name, b.name),
        (None, None) => true,
        _ => false,
    };
    is_broken(a, b) || same_entity && is_same(a.table.name, b.table.name)
}

/// Whether items of the model differ from those of others, by an entity attribute or by literal text in their keys.
pub const fn is_recognized(model: &ModelSchema) -> bool {
    is_broken(model, model) || model.entity.is_some() || model.is_recognized_by_keys()
}

/// Whether items of both models differ, by an entity attribute or by literal text in their keys.
pub const fn are_distinct(a: &ModelSchema, b: &ModelSchema) -> bool {
    // Models of different tables are an error of their own.
    is_broken(a, b) || !is_same_table(a, b) || a.entity.is_some() || a.has_other_keys(b)
}

/// Whether an item can belong to both, by its entity name.
pub const fn is_same_entity(a: &ModelSchema, b: &ModelSchema) -> bool {
    let (Some(a), Some(b)) = (a.entity, b.entity) else { return false };
    if is_same(a.name, b.name) || has_alias(&b, a.name) {
        return true;
    }
    let mut i = 0;
    while i < a.aliases.len() {
        if is_same(a.aliases[i], b.name) || has_alias(&b, a.aliases[i]) {
            return true;
        }
        i += 1;
    }
    false
}

const fn has_alias(entity: &EntitySchema, name: &str) -> bool {
    let mut i = 0;
    while i < entity.aliases.len() {
        if is_same(entity.aliases[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether both accept items without an entity attribute.
pub const fn are_both_optional(a: &ModelSchema, b: &ModelSchema) -> bool {
    match (a.entity, b.entity) {
        (Some(a), Some(b)) => a.optional && b.optional,
        _ => false,
    }
}

/// Compiles if both have the same parts.
pub const fn same_parts<A, B: SameParts<A>>() {}

/// The same parts of a key.
#[diagnostic::on_unimplemented(
    message = "a model of the collection has another hash key than the first",
    label = "its hash key has the parts `{Self}`, that of the first model `{Parts}`",
    note = "one query reads one partition: the hash key templates are equal, with values of the same types"
)]
pub trait SameParts<Parts> {}

impl<Parts> SameParts<Parts> for Parts {}

/// Whether both keys are built in the same way. The names of their fields may differ.
pub const fn is_same_source(a: &KeySource, b: &KeySource) -> bool {
    match (a, b) {
        (KeySource::Field(a), KeySource::Field(b)) => is_same(a.name, b.name),
        (KeySource::Template(a), KeySource::Template(b)) => {
            if a.escape != b.escape || a.pieces.len() != b.pieces.len() {
                return false;
            }
            let mut i = 0;
            while i < a.pieces.len() {
                if !is_same_piece(&a.pieces[i], &b.pieces[i]) {
                    return false;
                }
                i += 1;
            }
            true
        }
        _ => false,
    }
}
