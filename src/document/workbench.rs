//! The data model of NoSQL Workbench: the table with a facet and a sample item for each model.

use crate::schema::{IndexSchema, KeySchema, ModelSchema};

use super::content::{Content, KeyMaker, ModelKeys};
use super::json::Json;
use super::sample;
use super::templates::projection;

pub(super) fn model(content: &Content) -> Json {
    let schema = content.table;
    let mode = if content.provisioned.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" };
    let mut table = vec![
        ("TableName", Json::text(&*content.name)),
        ("KeyAttributes", key_attributes(&schema.hash_key, schema.range_key.as_ref())),
        ("NonKeyAttributes", Json::list(attributes(content).into_iter().map(|(name, ty)| attribute(name, ty)))),
        ("TableFacets", Json::list((0..content.models.len()).map(|number| facet(content, number)))),
    ];
    // Workbench has neither local indexes nor keys of several attributes.
    let is_known =
        |index: &&IndexSchema| !index.local && index.more_hash_keys.is_empty() && index.more_range_keys.is_empty();
    let indexes: Vec<_> = schema.indexes.iter().filter(is_known).map(index).collect();
    if !indexes.is_empty() {
        table.push(("GlobalSecondaryIndexes", Json::List(indexes)));
    }
    table.push(("TableData", Json::list(content.models.iter().map(|model| item(content, model)))));
    table.push(("DataAccess", Json::Object(vec![("MySql", Json::Object(Vec::new()))])));
    table.push(("BillingMode", Json::text(mode)));
    if let Some((read, write)) = content.provisioned {
        let units = vec![("ReadCapacityUnits", Json::Number(read)), ("WriteCapacityUnits", Json::Number(write))];
        let settings = vec![("ProvisionedThroughput", Json::Object(units))];
        table.push(("ProvisionedCapacitySettings", Json::Object(settings)));
    }
    let metadata = ["Author", "DateCreated", "DateLastModified", "Description"].map(|name| (name, Json::text("")));
    let mut metadata = metadata.to_vec();
    metadata.push(("AWSService", Json::text("Amazon DynamoDB")));
    metadata.push(("Version", Json::text("3.0")));
    Json::Object(vec![
        ("ModelName", Json::text(&*content.type_name)),
        ("ModelMetadata", Json::Object(metadata)),
        ("DataModel", Json::list([Json::Object(table)])),
    ])
}

fn attribute(name: &str, attribute_type: &str) -> Json {
    Json::Object(vec![("AttributeName", Json::text(name)), ("AttributeType", Json::text(attribute_type))])
}

fn key_attributes(hash: &KeySchema, range: Option<&KeySchema>) -> Json {
    let key = |key: &KeySchema| attribute(key.attribute.name, key.key_type.as_str());
    let mut entries = vec![("PartitionKey", key(hash))];
    entries.extend(range.map(|range| ("SortKey", key(range))));
    Json::Object(entries)
}

fn index(index: &IndexSchema) -> Json {
    Json::Object(vec![
        ("IndexName", Json::text(index.name)),
        ("KeyAttributes", key_attributes(&index.hash_key, index.range_key.as_ref())),
        ("Projection", projection(index.projection)),
    ])
}

fn is_primary(content: &Content, name: &str) -> bool {
    content.table.key_names().contains(&name)
}

/// The attributes of the items, without the primary key, each once, with their types.
fn attributes(content: &Content) -> Vec<(&'static str, &'static str)> {
    let mut attributes: Vec<(&'static str, &'static str)> = Vec::new();
    let index_keys = content.key_attributes().into_iter().map(|key| (key.attribute.name, key.key_type.as_str()));
    let entity = content.table.entity.map(|entity| (entity.name, "S"));
    let ttl = content.table.ttl.map(|ttl| (ttl, "N"));
    let fields = content.models.iter().flat_map(|model| own(model));
    for (name, ty) in index_keys.chain(entity).chain(ttl).chain(fields) {
        if !is_primary(content, name) && attributes.iter().all(|(known, _)| *known != name) {
            attributes.push((name, ty));
        }
    }
    attributes
}

fn own(model: &'static ModelSchema) -> impl Iterator<Item = (&'static str, &'static str)> {
    model.fields.iter().map(|field| {
        // What serde writes and what can be of any type is most often a map.
        let ty = if matches!(field.stored, "" | "any") { "M" } else { field.stored };
        (field.attribute, ty)
    })
}

fn facet(content: &Content, number: usize) -> Json {
    let model = content.models[number];
    // The name of a facet is unique, and structs of different modules may have one name.
    let name = match content.models[..number].iter().filter(|earlier| earlier.model == model.model).count() {
        0 => model.model.to_owned(),
        earlier => format!("{}_{}", model.model, earlier + 1),
    };
    let keys = ModelKeys::in_table(model);
    let alias = |makers: &[KeyMaker]| makers.first().map(|maker| Json::text(maker.template()));
    let mut aliases = Vec::new();
    aliases.extend(alias(&keys.hash).map(|alias| ("PartitionKeyAlias", alias)));
    aliases.extend(alias(&keys.range).map(|alias| ("SortKeyAlias", alias)));
    let names = model.entity.map(|entity| entity.attribute.name).into_iter().chain(own(model).map(|(name, _)| name));
    let names = names.filter(|name| !is_primary(content, name)).map(Json::text);
    Json::Object(vec![
        ("FacetName", Json::text(name)),
        ("KeyAttributeAlias", Json::Object(aliases)),
        ("TableData", Json::List(Vec::new())),
        ("NonKeyAttributes", Json::list(names)),
        ("DataAccess", Json::Object(vec![("MySql", Json::Object(Vec::new()))])),
    ])
}

/// A sample item: the keys, those of the indexes, and the entity.
fn item(content: &Content, model: &'static ModelSchema) -> Json {
    let schema = content.table;
    let mut attributes: Vec<(String, Json)> = Vec::new();
    let mut add = |name: &str, ty: &'static str, value: String| {
        if attributes.iter().all(|(known, _)| known != name) {
            attributes.push((name.to_owned(), Json::Object(vec![(ty, Json::text(value))])));
        }
    };
    let primary: Vec<&KeySchema> = std::iter::once(&schema.hash_key).chain(&schema.range_key).collect();
    for (maker, key) in ModelKeys::in_table(model).all().zip(primary) {
        add(key.attribute.name, key.key_type.as_str(), sample::text(maker, key.key_type));
    }
    for index in schema.indexes {
        let Some(keys) = ModelKeys::in_index(model, index) else { continue };
        for (maker, key) in keys.all().zip(index.hash_keys().chain(index.range_keys())) {
            add(key.attribute.name, key.key_type.as_str(), sample::text(maker, key.key_type));
        }
    }
    if let Some(entity) = model.entity {
        add(entity.attribute.name, "S", entity.name.to_owned());
    }
    Json::Named(attributes)
}
