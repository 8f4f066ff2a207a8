//! The facts of a document: the table, its models and collections, and how each key attribute is made.

use crate::collection::CollectionSchema;
use crate::key::{FieldPath, KeySource, KeyTemplate, Piece, distinct};
use crate::op::ModelVTable;
use crate::schema::{IndexSchema, KeySchema, ModelSchema, TableSchema};

/// What a document says.
#[derive(Debug)]
pub(super) struct Content {
    /// The table's name in Rust.
    pub(super) type_name: String,
    /// The name of the table in DynamoDB.
    pub(super) name: String,
    pub(super) table: &'static TableSchema,
    pub(super) models: Vec<&'static ModelSchema>,
    pub(super) collections: Vec<&'static CollectionSchema>,
    /// The read and write units per second, unless billing is on demand.
    pub(super) provisioned: Option<(u64, u64)>,
}

/// How a model makes one key attribute.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyMaker {
    /// A field, or a template of fields.
    Source(KeySource),
    /// The name of the entity: an index on the entity attribute.
    Entity(&'static str),
}

/// How a model makes the keys of the table or of an index, in the order of their attributes.
#[derive(Debug)]
pub(super) struct ModelKeys {
    pub(super) hash: Vec<KeyMaker>,
    pub(super) range: Vec<KeyMaker>,
}

impl Content {
    pub(super) fn new(type_name: &str, table: &'static TableSchema) -> Self {
        Content {
            type_name: type_name.to_owned(),
            name: table.name.to_owned(),
            table,
            models: Vec::new(),
            collections: Vec::new(),
            provisioned: None,
        }
    }

    pub(super) fn add(&mut self, model: &'static ModelSchema) {
        if !self.models.iter().any(|known| is_same_model(known, model)) {
            self.models.push(model);
        }
    }

    pub(super) fn add_collection(&mut self, collection: &'static CollectionSchema) {
        for model in collection.models {
            self.add(model.schema);
        }
        if !self.collections.iter().any(|known| is_same_collection(known, collection)) {
            self.collections.push(collection);
        }
    }

    /// The attributes of the table's keys and of its indexes' keys, each once, as `CreateTable` lists them.
    pub(super) fn key_attributes(&self) -> Vec<&'static KeySchema> {
        let of_indexes = self.table.indexes.iter().flat_map(|index| index.hash_keys().chain(index.range_keys()));
        let keys = std::iter::once(&self.table.hash_key).chain(&self.table.range_key).chain(of_indexes);
        distinct(keys, |key| key.attribute.name)
    }
}

impl ModelKeys {
    /// The keys of the model in the table.
    pub(super) fn in_table(model: &ModelSchema) -> Self {
        let (hash, range) = model.keys;
        ModelKeys { hash: vec![KeyMaker::Source(hash)], range: range.into_iter().map(KeyMaker::Source).collect() }
    }

    /// The keys of the model in an index; `None` if it has none there.
    pub(super) fn in_index(model: &ModelSchema, index: &IndexSchema) -> Option<Self> {
        let own = model.index_keys.iter().find(|keys| keys.index == index.name)?;
        let maker = |key: &KeySchema| {
            let name = key.attribute.name;
            let primary = std::iter::once(&model.keys.0).chain(&model.keys.1);
            if let Some(source) = own.keys.iter().chain(primary).find(|source| attribute(source) == name) {
                return Some(KeyMaker::Source(*source));
            }
            model.entity.filter(|entity| entity.attribute.name == name).map(|entity| KeyMaker::Entity(entity.name))
        };
        Some(ModelKeys {
            hash: index.hash_keys().filter_map(maker).collect(),
            range: index.range_keys().filter_map(maker).collect(),
        })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &KeyMaker> {
        self.hash.iter().chain(&self.range)
    }
}

impl KeyMaker {
    /// The placeholders and fields, each once and in order.
    pub(super) fn fields(&self) -> Vec<FieldPath> {
        match self {
            KeyMaker::Source(KeySource::Field(name)) => vec![FieldPath::attribute(name.name)],
            KeyMaker::Source(KeySource::Template(template)) => {
                let mut fields = Vec::new();
                for part in template.parts() {
                    if !fields.contains(&part.place) {
                        fields.push(part.place);
                    }
                }
                fields
            }
            KeyMaker::Entity(_) => Vec::new(),
        }
    }

    /// The template as the derive takes it: `ORDER#{number:06}`.
    pub(super) fn template(&self) -> String {
        match self {
            KeyMaker::Source(KeySource::Field(name)) => format!("{{{}}}", name.name),
            KeyMaker::Source(KeySource::Template(template)) => template_text(template),
            KeyMaker::Entity(name) => (*name).to_owned(),
        }
    }

    /// The literal text that every value begins with.
    pub(super) fn prefix(&self) -> &'static str {
        match self {
            KeyMaker::Source(KeySource::Field(_)) => "",
            KeyMaker::Source(KeySource::Template(template)) => template.prefix(),
            KeyMaker::Entity(name) => name,
        }
    }
}

/// Whether two schemas are those of one model. Structs of different modules may have one name, and a schema does not state its
/// module.
pub(super) fn is_same_model(a: &ModelSchema, b: &ModelSchema) -> bool {
    let entity = |model: &ModelSchema| model.entity.map(|entity| entity.name);
    a.model == b.model && entity(a) == entity(b) && sources(a) == sources(b)
}

fn is_same_collection(a: &CollectionSchema, b: &CollectionSchema) -> bool {
    let is_same = |(a, b): (&&ModelVTable, &&ModelVTable)| is_same_model(a.schema, b.schema);
    a.name == b.name && a.models.len() == b.models.len() && a.models.iter().zip(b.models).all(is_same)
}

/// The templates of the keys in the table and in each index.
fn sources(model: &ModelSchema) -> Vec<(Option<&'static str>, &'static str, String)> {
    let primary = std::iter::once(&model.keys.0).chain(&model.keys.1).map(|source| (None, source));
    let of_indexes = model.index_keys.iter().flat_map(|keys| keys.keys.iter().map(|source| (Some(keys.index), source)));
    let described = |(index, source): (Option<&'static str>, &KeySource)| {
        (index, attribute(source), KeyMaker::Source(*source).template())
    };
    primary.chain(of_indexes).map(described).collect()
}

fn attribute(source: &KeySource) -> &'static str {
    match source {
        KeySource::Field(name) => name.name,
        KeySource::Template(template) => template.attribute.name,
    }
}

fn template_text(template: &KeyTemplate) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
        Piece::Part(part) => {
            let mark = if part.is_optional { "?" } else { "" };
            format!("{{{}{mark}{}}}", part.place, part.format.suffix())
        }
    };
    template.pieces.iter().map(piece).collect()
}
