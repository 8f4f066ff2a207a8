//! The facts of a document: the table, its models and collections, and how each key attribute is made.

use crate::collection::CollectionSchema;
use crate::key::{KeyFormat, KeySource, KeyTemplate, Piece, distinct};
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
        if !self.models.iter().any(|known| known.model == model.model) {
            self.models.push(model);
        }
    }

    pub(super) fn add_collection(&mut self, collection: &'static CollectionSchema) {
        for model in collection.models {
            self.add(model.schema);
        }
        if !self.collections.iter().any(|known| known.name == collection.name) {
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
    pub(super) fn fields(&self) -> Vec<&'static str> {
        match self {
            KeyMaker::Source(KeySource::Field(name)) => vec![name.name],
            KeyMaker::Source(KeySource::Template(template)) => {
                let mut fields = Vec::new();
                for part in template.parts() {
                    if !fields.contains(&part.field) {
                        fields.push(part.field);
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

fn attribute(source: &KeySource) -> &'static str {
    match source {
        KeySource::Field(name) => name.name,
        KeySource::Template(template) => template.attribute.name,
    }
}

fn template_text(template: &KeyTemplate) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
        Piece::Part(part) => match part.padding {
            KeyFormat::Sorted => format!("{{{}}}", part.field),
            KeyFormat::Plain => format!("{{{}:plain}}", part.field),
            KeyFormat::Width(width) => format!("{{{}:0{width}}}", part.field),
        },
    };
    template.pieces.iter().map(piece).collect()
}
