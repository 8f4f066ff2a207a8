//! The models of the sampled items: keys, fields and nested structs, as data. `module` writes them as Rust.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::Item;
use singlet::key::KeyType;
use singlet::tables::{IndexDefinition, ProjectionDescription, TableDefinition};

use super::entities::Group;
use super::keys::{Candidates, KeyOnly, KeyRole, PartFormat, Source};
use super::names::{self, Names};
use super::shape::Column;
use super::types::ModuleTypes;

/// The most fields that a model has. What is beyond them stays in `extra`.
const MOST_FIELDS: usize = 200;

/// A table and its models.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The name of the table's struct.
    pub(super) table: String,
    /// The definition without what no derive expresses.
    pub(super) definition: TableDefinition,
    pub(super) entity: Option<String>,
    pub(crate) models: Vec<ModelPlan>,
    pub(super) types: ModuleTypes,
    /// What the module does not express, for people.
    pub(super) notes: Vec<String>,
}

/// A model.
#[derive(Debug)]
pub(crate) struct ModelPlan {
    pub(crate) name: String,
    /// The value of the entity attribute.
    pub(super) entity: Option<String>,
    /// Whether an index lacks the entity attribute, so that items without it must be accepted.
    pub(super) is_entity_optional: bool,
    pub(super) hash: Source,
    pub(super) range: Option<Source>,
    pub(super) indexes: Vec<IndexPlan>,
    pub(super) fields: Vec<FieldPlan>,
    /// The names of the fields for the values that only the key holds.
    pub(super) key_only: Vec<String>,
    /// The names of the fields by attribute.
    pub(super) idents: BTreeMap<String, String>,
    /// The name of the field for all other attributes.
    pub(super) extra: String,
    pub(crate) items: Vec<Item>,
}

/// The keys of a model in an index, by attribute.
#[derive(Debug)]
pub(super) struct IndexPlan {
    pub(super) index: IndexDefinition,
    pub(super) hash: Vec<(String, IndexSource)>,
    pub(super) range: Vec<(String, IndexSource)>,
}

/// How a model makes one key attribute of an index.
#[derive(Debug, Clone)]
pub(super) enum IndexSource {
    Made(Source),
    /// The value of the entity attribute.
    Entity(String),
}

/// A field.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub(super) attribute: String,
    pub(super) ident: String,
    pub(super) ty: String,
    /// `hash_key` or `range_key`.
    pub(super) role: Option<&'static str>,
}

impl ModelPlan {
    /// The attributes whose values the primary key holds too, and that no index needs.
    pub(crate) fn stored_twice(&self, definition: &TableDefinition) -> Vec<String> {
        let is_of_index = |name: &str| {
            definition.indexes.iter().any(|index| {
                let included = match &index.projection {
                    ProjectionDescription::Include(names) => names.iter().any(|included| included == name),
                    _ => false,
                };
                included || of_key(index, name)
            })
        };
        let mut names: Vec<String> = Vec::new();
        for (name, _) in std::iter::once(&self.hash).chain(&self.range).flat_map(Source::attributes) {
            if !is_of_index(name) && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The name of the field for an attribute that a key or a template names.
    pub(super) fn ident(&self, attribute: &str) -> &str {
        let Some(ident) = self.idents.get(attribute) else { unreachable!("`add_fields` adds what the keys need") };
        ident
    }
}

impl Plan {
    pub(super) fn of(name: &str, definition: TableDefinition, entity: Option<String>, groups: Vec<Group>) -> Self {
        let mut notes = Vec::new();
        let definition = expressible(definition, &groups, &mut notes);
        let mut plan =
            Plan { table: String::new(), definition, entity, models: Vec::new(), types: ModuleTypes::default(), notes };
        let indexes: Vec<_> = plan.definition.indexes.iter().map(|index| &*index.name).collect();
        plan.table = plan.types.names.table(&names::module(name), &indexes);
        for group in groups {
            let model = plan.model(group);
            plan.models.push(model);
        }
        plan
    }

    fn model(&mut self, group: Group) -> ModelPlan {
        let name = self.types.names.ty(&group.name, "Entity");
        let items: Vec<&Item> = group.items.iter().collect();
        let is_named = |name: &str| {
            let mut keys = self.definition.hash_key.iter().chain(&self.definition.range_key);
            let of_indexes =
                self.definition.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key));
            keys.any(|key| key.attribute == name)
                || of_indexes.map(|key| &key.attribute).any(|attribute| attribute == name)
                || self.entity.as_deref() == Some(name)
                || self.definition.ttl.as_deref() == Some(name)
        };
        let columns = Column::of_items(&items);
        let candidates = Candidates::of(&items, &columns, is_named);
        let mut key_only = KeyOnly::default();
        let mut primary = Vec::new();
        let roles = [KeyRole::Hash, KeyRole::Range];
        for (key, role) in self.definition.hash_key.iter().chain(&self.definition.range_key).zip(roles) {
            let source = match texts(&items, &key.attribute).filter(|_| key.key_type == Some(KeyType::S)) {
                Some(keys) => Source::of(&keys, &candidates, &mut key_only, role),
                None => Source::Field,
            };
            primary.push((key.attribute.clone(), source));
        }
        let entity = self.entity.as_deref();
        let indexes = Indexes {
            items: &items,
            columns: &columns,
            primary: &primary,
            entity,
            entity_name: &group.name,
            is_named: &is_named,
        };
        let indexes = indexes.plans(&self.definition.indexes, &mut key_only);
        let is_entity_optional = self.entity.as_ref().is_some_and(|entity| {
            let lacks = |index: &IndexPlan| match &index.index.projection {
                ProjectionDescription::Include(names) => !names.contains(entity) && !of_key(&index.index, entity),
                _ => false,
            };
            indexes.iter().any(lacks)
        });
        let mut fields = Fields { names: Names::default(), idents: BTreeMap::new(), plans: Vec::new() };
        self.add_fields(&name, (items.len(), &columns), &primary, &indexes, &mut fields);
        let key_only = key_only.names.iter().map(|before| fields.names.field(before));
        let key_only = key_only.collect();
        let extra = fields.names.field("extra");
        let Fields { idents, plans: fields, .. } = fields;
        let mut primary = primary.into_iter().map(|(_, source)| source);
        ModelPlan {
            name,
            entity: self.entity.is_some().then_some(group.name),
            is_entity_optional,
            hash: primary.next().unwrap_or(Source::Field),
            range: primary.next(),
            indexes,
            fields,
            key_only,
            idents,
            extra,
            items: group.items,
        }
    }

    fn add_fields(
        &mut self,
        model: &str,
        (items, columns): (usize, &BTreeMap<&str, Column>),
        primary: &[(String, Source)],
        indexes: &[IndexPlan],
        fields: &mut Fields,
    ) {
        let of_indexes = indexes.iter().flat_map(|index| index.hash.iter().chain(&index.range));
        let of_indexes = of_indexes.filter_map(|(name, source)| match source {
            IndexSource::Made(source) => Some((name, source)),
            IndexSource::Entity(_) => None,
        });
        let sources: BTreeMap<&str, &Source> = primary
            .iter()
            .map(|(name, source)| (name, source))
            .chain(of_indexes)
            .map(|(name, source)| (&**name, source))
            .collect();
        let is_made = |name: &str| matches!(sources.get(name), Some(Source::Template(_)));
        let parts: Vec<(&str, PartFormat)> = sources.values().flat_map(|source| source.attributes()).collect();
        // One template may pad a number that another does not.
        let is_padded =
            |name: &str| parts.iter().any(|(part, format)| *part == name && matches!(format, PartFormat::Width(_)));
        // Without these fields, the keys cannot be made.
        let is_needed = |name: &str| sources.contains_key(name) || parts.iter().any(|(part, _)| *part == name);
        // The key fields come first.
        let keys = primary.iter().map(|(name, _)| &**name).filter_map(|name| Some((name, columns.get(name)?.clone())));
        let keys: Vec<_> = keys.collect();
        let rest = columns.iter().filter(|(name, _)| primary.iter().all(|(key, _)| key != *name));
        let all = keys.into_iter().chain(rest.map(|(name, column)| (*name, column.clone())));
        for (attribute, column) in all {
            if is_made(attribute) || self.entity.as_deref() == Some(attribute) {
                continue;
            }
            let role = match primary.iter().position(|(key, _)| key == attribute) {
                Some(0) => Some("hash_key"),
                Some(_) => Some("range_key"),
                None => None,
            };
            let kept = |why: &str| {
                format!("{model}: {attribute:?} stays in the field for all other attributes, because {why}")
            };
            if column.nulls > 0 {
                self.notes.push(kept("it is NULL in some items, which a field reads as absent"));
                continue;
            }
            if fields.plans.len() >= MOST_FIELDS && !is_needed(attribute) {
                self.notes.push(kept("a model has at most so many fields"));
                continue;
            }
            let ty = if self.definition.ttl.as_deref() == Some(attribute) {
                self.types.uses.insert("TTLAttribute");
                "TTLAttribute".to_owned()
            } else if is_padded(attribute) {
                "u64".to_owned()
            } else {
                let place = format!("{model}: {attribute:?}");
                self.types.of(&column, &format!("{model} {attribute}"), &place, &mut self.notes)
            };
            let is_optional = column.present < items && !ty.starts_with("BTreeSet<");
            let ty = if is_optional { format!("Option<{ty}>") } else { ty };
            let ident = fields.names.field(attribute);
            fields.idents.insert(attribute.to_owned(), ident.clone());
            fields.plans.push(FieldPlan { attribute: attribute.to_owned(), ident, ty, role });
        }
    }
}

/// The fields of a model so far.
struct Fields {
    names: Names,
    idents: BTreeMap<String, String>,
    plans: Vec<FieldPlan>,
}

/// Removes from the definition what the derive of `Table` does not express.
fn expressible(mut definition: TableDefinition, groups: &[Group], notes: &mut Vec<String>) -> TableDefinition {
    let items = || groups.iter().flat_map(|group| &group.items);
    if let Some(ttl) = definition.ttl.clone() {
        let is_expiry = |value: &AttributeValue| {
            value.as_n().is_ok_and(|digits| digits.parse::<i64>().is_ok_and(|seconds| seconds.to_string() == *digits))
        };
        let is_key = definition.indexes.iter().any(|index| of_key(index, &ttl));
        if is_key || items().filter_map(|item| item.get(&ttl)).any(|value| !is_expiry(value)) {
            notes.push(format!(
                "the table: TTL on {ttl:?}, because the attribute is a key, or has values that are not whole epoch seconds"
            ));
            definition.ttl = None;
        }
    }
    let mut constants = BTreeSet::new();
    definition.indexes.retain(|index| {
        let is_free = constants.insert(names::constant(&index.name));
        if !is_free {
            notes.push(format!("the table: index {:?}, because another index has the same constant", index.name));
        }
        is_free
    });
    definition
}

fn of_key(index: &IndexDefinition, attribute: &str) -> bool {
    index.hash_key.iter().chain(&index.range_key).any(|key| key.attribute == attribute)
}

/// The texts of an attribute, if every item has one.
fn texts<'a>(items: &[&'a Item], attribute: &str) -> Option<Vec<&'a str>> {
    items.iter().map(|item| item.get(attribute)?.as_s().ok().map(String::as_str)).collect()
}

/// The keys of the items of one model in the indexes.
struct Indexes<'a> {
    items: &'a [&'a Item],
    columns: &'a BTreeMap<&'a str, Column>,
    primary: &'a [(String, Source)],
    entity: Option<&'a str>,
    /// The value of the entity attribute, if the table has one.
    entity_name: &'a str,
    is_named: &'a dyn Fn(&str) -> bool,
}

impl Indexes<'_> {
    fn plans(&self, indexes: &[IndexDefinition], key_only: &mut KeyOnly) -> Vec<IndexPlan> {
        // Attributes that must be fields: a template of them would be written into items that lack it. If one is found, the
        // indexes that share it are planned again.
        let mut fields: BTreeSet<String> = BTreeSet::new();
        loop {
            let before = fields.len();
            let mut made: BTreeMap<String, Source> = BTreeMap::new();
            let mut plans = Vec::new();
            for index in indexes {
                plans.extend(self.plan(index, &mut made, &mut fields, key_only));
            }
            if fields.len() == before {
                return plans;
            }
        }
    }

    fn plan(
        &self,
        index: &IndexDefinition,
        made: &mut BTreeMap<String, Source>,
        fields: &mut BTreeSet<String>,
        key_only: &mut KeyOnly,
    ) -> Option<IndexPlan> {
        let primary = |name: &str| self.primary.iter().find(|(key, _)| key == name).map(|(_, source)| source);
        let keys = || index.hash_key.iter().chain(&index.range_key);
        let own: Vec<_> =
            keys().filter(|key| primary(&key.attribute).is_none() && self.entity != Some(&*key.attribute)).collect();
        let has = |item: &Item, name: &str| item.contains_key(name);
        let holds_all = |item: &&&Item| own.iter().all(|key| has(item, &key.attribute));
        let inside: Vec<&Item> = self.items.iter().filter(holds_all).copied().collect();
        let is_key = |key: &&singlet::tables::KeyDescription| {
            self.columns.get(&*key.attribute).is_some_and(|column| column.is_key(key.key_type))
        };
        // Without a sampled item in the index, nothing tells how its keys are made.
        if inside.is_empty() || !own.iter().all(is_key) {
            return None;
        }
        let candidates = Candidates::of(&inside, self.columns, self.is_named);
        for key in &own {
            if !made.contains_key(&key.attribute) {
                let keys = texts(&inside, &key.attribute).filter(|_| key.key_type == Some(KeyType::S));
                let source = match keys.filter(|_| !fields.contains(&key.attribute)) {
                    Some(keys) => {
                        // Values that only the key holds belong to all items, so they serve an index of all items only.
                        let mut none = KeyOnly::default();
                        let known = if inside.len() == self.items.len() { &mut *key_only } else { &mut none };
                        Source::of(&keys, &candidates, known, KeyRole::Index)
                    }
                    None => Source::Field,
                };
                made.insert(key.attribute.clone(), source);
            }
        }
        let is_template = |name: &str| matches!(made.get(name), Some(Source::Template(_)));
        if own.iter().any(|key| is_template(&key.attribute)) {
            let parts: BTreeSet<&str> = own
                .iter()
                .filter_map(|key| made.get(&key.attribute))
                .flat_map(Source::attributes)
                .map(|(name, _)| name)
                .collect();
            let is_kept = |item: &&Item| {
                let count = own.iter().filter(|key| has(item, &key.attribute)).count();
                let fields = own.iter().filter(|key| !is_template(&key.attribute)).map(|key| &*key.attribute);
                let would_be_written = parts.iter().copied().chain(fields).all(|name| has(item, name));
                count == own.len() || count == 0 && !would_be_written
            };
            if !self.items.iter().all(is_kept) {
                fields.extend(own.iter().map(|key| key.attribute.clone()));
                return None;
            }
        }
        let source = |key: &singlet::tables::KeyDescription| {
            let name = &key.attribute;
            let source = primary(name).or_else(|| made.get(name)).cloned();
            let entity = || IndexSource::Entity(self.entity_name.to_owned());
            (name.clone(), source.map_or_else(entity, IndexSource::Made))
        };
        Some(IndexPlan {
            index: index.clone(),
            hash: index.hash_key.iter().map(source).collect(),
            range: index.range_key.iter().map(source).collect(),
        })
    }
}
