//! The access patterns that a table or an index serves: the calls, and the key conditions that they send.

use crate::collection::{CollectionSchema, is_same_source};
use crate::key::KeySource;
use crate::schema::{IndexProjection, IndexSchema, KeySchema, ModelSchema};

use super::chart::{Line, code, joined, text};
use super::content::{Content, KeyMaker, ModelKeys};

/// One way to read items.
#[derive(Debug)]
pub(super) struct Pattern {
    /// What is read, in words.
    pub(super) what: Line,
    /// The call in Rust.
    pub(super) call: String,
    /// Each key attribute and what it is compared with.
    pub(super) keys: Vec<Comparison>,
}

/// A comparison of a key attribute.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) attribute: &'static str,
    pub(super) operator: &'static str,
    pub(super) value: String,
}

/// The patterns that the table itself serves.
pub(super) fn of_table(content: &Content) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let (hash, range) = (vec![&content.table.hash_key], content.table.range_key.iter().collect::<Vec<_>>());
    for model in &content.models {
        let (name, keys) = (model.model, ModelKeys::in_table(model));
        let all = fields(keys.all());
        let equal = equal(&hash, &keys.hash).chain(equal(&range, &keys.range)).collect();
        patterns.push(Pattern {
            what: [vec![text("one "), code(name)], by(&all)].concat(),
            call: format!("{name}::get({})", arguments(&all)),
            keys: equal,
        });
        if keys.range.iter().any(varies) {
            patterns.push(query(&format!("{name}::query"), name, &keys, (&hash, &range)));
        }
    }
    for collection in &content.collections {
        let keys: Vec<_> = collection.models.iter().map(|model| Some(ModelKeys::in_table(model.schema))).collect();
        patterns.extend(of_collection(collection, &keys, &format!("{}::query", collection.name), (&hash, &range)));
    }
    patterns
}

/// The patterns that an index serves.
pub(super) fn of_index(content: &Content, index: &'static IndexSchema) -> Vec<Pattern> {
    let (hash, range): (Vec<_>, Vec<_>) = (index.hash_keys().collect(), index.range_keys().collect());
    let constant = format!("{}::{}", content.type_name, index.constant);
    let own = content.models.iter().filter_map(|model| Some((model, ModelKeys::in_index(model, index)?)));
    let of_model = |(model, keys): (&&'static ModelSchema, ModelKeys)| {
        query(&format!("{}::index({constant}).query", model.model), model.model, &keys, (&hash, &range))
    };
    let mut patterns: Vec<_> = own.map(of_model).collect();
    // A collection reads whole items.
    for collection in content.collections.iter().filter(|_| index.projection == IndexProjection::All) {
        let keys: Vec<_> = collection.models.iter().map(|model| ModelKeys::in_index(model.schema, index)).collect();
        let call = format!("{}::index({constant}).query", collection.name);
        patterns.extend(of_collection(collection, &keys, &call, (&hash, &range)));
    }
    patterns
}

type KeyAttributes<'a> = (&'a [&'static KeySchema], &'a [&'static KeySchema]);

fn query(call: &str, name: &str, keys: &ModelKeys, (hash, range): KeyAttributes<'_>) -> Pattern {
    let by_hash = fields(keys.hash.iter());
    let order = fields(keys.range.iter());
    let order = if order.is_empty() { Line::new() } else { [vec![text(", in the order of ")], names(&order)].concat() };
    let mut comparisons: Vec<_> = equal(hash, &keys.hash).collect();
    if let (Some(attribute), Some(maker)) = (range.first(), keys.range.first()) {
        comparisons.extend(begins_with(attribute, maker.prefix(), varies(maker)));
    }
    Pattern {
        what: [vec![text("every "), code(name)], by(&by_hash), order].concat(),
        call: format!("{call}({})", arguments(&by_hash)),
        keys: comparisons,
    }
}

/// The query of a collection, if all of its models have the same hash key.
fn of_collection(
    collection: &CollectionSchema,
    keys: &[Option<ModelKeys>],
    call: &str,
    (hash, range): KeyAttributes<'_>,
) -> Option<Pattern> {
    let keys: Vec<&ModelKeys> = keys.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let first = keys.first()?;
    let is_shared = |other: &&ModelKeys| {
        other.hash.len() == first.hash.len() && other.hash.iter().zip(&first.hash).all(|(a, b)| is_same_maker(a, b))
    };
    if !keys.iter().all(is_shared) {
        return None;
    }
    let by_hash = fields(first.hash.iter());
    let sources = keys.iter().map(|keys| match keys.range.first() {
        Some(KeyMaker::Source(source)) => Some(source),
        _ => None,
    });
    let prefix = collection.range_prefix(sources);
    let mut comparisons: Vec<_> = equal(hash, &first.hash).collect();
    comparisons.extend(range.first().and_then(|attribute| begins_with(attribute, prefix, true)));
    let models: Vec<_> = collection.models.iter().map(|model| model.schema.model).collect();
    Some(Pattern {
        what: [names(&models), by(&by_hash), vec![text(", at once")]].concat(),
        call: format!("{call}({})", arguments(&by_hash)),
        keys: comparisons,
    })
}

fn is_same_maker(a: &KeyMaker, b: &KeyMaker) -> bool {
    match (a, b) {
        (KeyMaker::Source(a), KeyMaker::Source(b)) => is_same_source(a, b),
        _ => false,
    }
}

fn equal<'a>(attributes: &[&'static KeySchema], makers: &'a [KeyMaker]) -> impl Iterator<Item = Comparison> + use<'a> {
    let names: Vec<_> = attributes.iter().map(|key| key.attribute.name).collect();
    names.into_iter().zip(makers).map(|(attribute, maker)| Comparison {
        attribute,
        operator: "=",
        value: maker.template(),
    })
}

fn begins_with(attribute: &KeySchema, prefix: &str, varies: bool) -> Option<Comparison> {
    let operator = if varies { "begins with" } else { "=" };
    let value = prefix.to_owned();
    (!prefix.is_empty()).then_some(Comparison { attribute: attribute.attribute.name, operator, value })
}

/// Whether items of one model differ in the key.
fn varies(maker: &KeyMaker) -> bool {
    match maker {
        KeyMaker::Source(KeySource::Field(_)) => true,
        KeyMaker::Source(KeySource::Template(template)) => template.parts().next().is_some(),
        KeyMaker::Entity(_) => false,
    }
}

/// The fields of several attributes, each once and in order.
fn fields<'a>(makers: impl Iterator<Item = &'a KeyMaker>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for field in makers.flat_map(KeyMaker::fields).map(|field| field.to_string()) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

fn by(fields: &[String]) -> Line {
    if fields.is_empty() { Line::new() } else { [vec![text(" by ")], names(fields)].concat() }
}

fn names(names: &[impl AsRef<str>]) -> Line {
    joined(names.iter().map(|name| vec![code(name.as_ref())]), " and ")
}

/// The argument of a call: one value, or a tuple.
fn arguments(fields: &[String]) -> String {
    match fields {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}
