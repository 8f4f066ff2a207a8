//! Round trips of arbitrary values: the wire form, the SDK's form and what a stand gives back are one.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use proptest::collection::{btree_map, btree_set, hash_map, vec};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use singlet::expr::{Document, Path, Role};
use singlet::wire::{Fault, Reader, Tag, Writer};
use singlet::{Attribute, Binary, CompressedAttribute, Item, Model, Number};

use crate::stand;
use crate::transport::Transport;

/// Any attribute value, by a hand-written impl.
#[derive(Debug, Clone, PartialEq)]
struct Any(AttributeValue);

impl Attribute for Any {
    type Kind = Document;
    type Value = Self;
    type Fields<M, D, R: Role> = Path<M, D, R>;

    const TYPE: &'static str = "any";

    fn write(&self, writer: &mut Writer) {
        match &self.0 {
            AttributeValue::S(text) => writer.string(text),
            AttributeValue::N(digits) => writer.digits(digits),
            AttributeValue::B(bytes) => writer.binary(bytes.as_ref()),
            AttributeValue::Bool(value) => writer.boolean(*value),
            AttributeValue::Ss(texts) => write_set(writer, Tag::Ss, texts, |writer, text| writer.raw_text(text)),
            AttributeValue::Ns(numbers) => write_set(writer, Tag::Ns, numbers, |writer, n| writer.raw_text(n)),
            AttributeValue::Bs(blobs) => write_set(writer, Tag::Bs, blobs, |writer, b| writer.raw_binary(b.as_ref())),
            AttributeValue::L(list) => {
                writer.open_list();
                for value in list {
                    writer.element();
                    Any(value.clone()).write(writer);
                }
                writer.close_list();
            }
            AttributeValue::M(map) => {
                writer.open_map();
                for (key, value) in map {
                    writer.key(key);
                    Any(value.clone()).write(writer);
                }
                writer.close_map();
            }
            _ => writer.null(),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let value = match reader.tag()? {
            Tag::S => AttributeValue::S(reader.raw_text()?.into_owned()),
            Tag::N => AttributeValue::N(reader.raw_text()?.into_owned()),
            Tag::B => AttributeValue::B(Blob::new(reader.raw_binary()?)),
            Tag::Bool => AttributeValue::Bool(reader.boolean()?),
            Tag::Null => {
                reader.skip()?;
                AttributeValue::Null(true)
            }
            Tag::Ss => AttributeValue::Ss(read_list(reader, |reader| Ok(reader.raw_text()?.into_owned()))?),
            Tag::Ns => AttributeValue::Ns(read_list(reader, |reader| Ok(reader.raw_text()?.into_owned()))?),
            Tag::Bs => AttributeValue::Bs(read_list(reader, |reader| reader.raw_binary().map(Blob::new))?),
            Tag::L => AttributeValue::L(read_list(reader, |reader| Ok(Any::read(reader)?.0))?),
            Tag::M => AttributeValue::M(read_map(reader)?),
        };
        reader.end()?;
        Ok(Any(value))
    }
}

fn read_list<'a, T>(reader: &mut Reader<'a>, read: fn(&mut Reader<'a>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let mut list = Vec::new();
    let mut more = reader.open_list()?;
    while more {
        list.push(read(reader)?);
        more = reader.more_elements()?;
    }
    Ok(list)
}

fn read_map(reader: &mut Reader<'_>) -> Result<Item, Fault> {
    let mut map = Item::new();
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?.into_owned();
        map.insert(key, Any::read(reader)?.0);
        more = reader.more_entries()?;
    }
    Ok(map)
}

fn write_set<T>(writer: &mut Writer, tag: Tag, elements: &[T], write: fn(&mut Writer, &T)) {
    writer.open_set(tag);
    for element in elements {
        writer.element();
        write(writer, element);
    }
    writer.close_set();
}

fn numbers() -> impl Strategy<Value = Number> {
    let mantissas = prop_oneof![-1_000..1_000_i128, -(10_i128.pow(38) - 1)..10_i128.pow(38)];
    (mantissas, prop_oneof![-3..3, -130..88])
        .prop_map(|(mantissa, exponent)| Number::from_parts(mantissa, exponent).unwrap())
}

/// DynamoDB has no empty attribute names, inside of maps neither.
fn names() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|name| format!("n{name}"))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..20)
}

/// Sets are in the order in which `Any` reads them.
fn values() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        any::<String>().prop_map(AttributeValue::S),
        numbers().prop_map(|number| AttributeValue::N(number.to_string())),
        bytes().prop_map(|bytes| AttributeValue::B(Blob::new(bytes))),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null(true)),
        btree_set(any::<String>(), 1..4).prop_map(|set| AttributeValue::Ss(set.into_iter().collect())),
        btree_set(numbers(), 1..4).prop_map(|set| AttributeValue::Ns(set.iter().map(Number::to_string).collect())),
        btree_set(bytes(), 1..4).prop_map(|set| AttributeValue::Bs(set.into_iter().map(Blob::new).collect())),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(AttributeValue::L),
            hash_map(names(), inner, 0..6).prop_map(AttributeValue::M),
        ]
    })
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "values")]
struct Holder {
    #[model(hash_key)]
    pk: u8,
    value: Any,
    values: BTreeMap<String, Any>,
}

fn holders() -> impl Strategy<Value = Holder> {
    let named = btree_map(names(), values().prop_map(Any), 0..4);
    (values(), named).prop_map(|(value, values)| Holder { pk: 1, value: Any(value), values })
}

#[derive(Debug, Clone, PartialEq, Attribute)]
enum Choice {
    Nothing,
    Named { name: String, number: Option<i128> },
    Nested(Vec<Choice>),
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Inner {
    text: Option<String>,
    flags: Vec<Option<bool>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "values", hash_key = "{name}#{signed}", range_key = "R", empty_key_parts)]
struct Derived {
    name: String,
    #[model(key_only)]
    signed: i64,
    float: f64,
    number: Number,
    maybe: Option<u64>,
    bytes: Binary,
    words: BTreeSet<String>,
    numbers: BTreeSet<Number>,
    inners: BTreeMap<String, Inner>,
    choice: Choice,
    #[model(compressed(algorithm = "lz4", min_size = 1))]
    text: String,
    plain: CompressedAttribute,
}

fn choices() -> impl Strategy<Value = Choice> {
    let number = proptest::option::of(-(10_i128.pow(38) - 1)..10_i128.pow(38));
    let leaf = prop_oneof![
        Just(Choice::Nothing),
        (any::<String>(), number).prop_map(|(name, number)| Choice::Named { name, number }),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| vec(inner, 0..3).prop_map(Choice::Nested))
}

fn floats() -> impl Strategy<Value = f64> {
    any::<f64>().prop_map(|float| if (1e-130..1e126).contains(&float.abs()) { float } else { 0.0 })
}

fn derived() -> impl Strategy<Value = Derived> {
    let inner =
        (any::<Option<String>>(), vec(any::<Option<bool>>(), 0..3)).prop_map(|(text, flags)| Inner { text, flags });
    let keys = (any::<String>(), any::<i64>());
    let scalars = (floats(), numbers(), any::<Option<u64>>(), bytes());
    let groups = (
        btree_set(any::<String>(), 0..3),
        btree_set(numbers(), 0..3),
        btree_map(names(), inner, 0..3),
        choices(),
        any::<String>(),
        "[ab]{0,100}",
    );
    (keys, scalars, groups).prop_map(|((name, signed), (float, number, maybe, bytes), groups)| {
        let (words, numbers, inners, choice, text, plain) = groups;
        let (bytes, plain) = (bytes.into(), plain.into());
        Derived { name, signed, float, number, maybe, bytes, words, numbers, inners, choice, text, plain }
    })
}

proptest! {
    #[test]
    fn any_value_survives_the_sdks_form(holder in holders()) {
        let item = holder.to_item().unwrap();
        prop_assert_eq!(&item["value"], &holder.value.0);
        prop_assert_eq!(Holder::from_item(&item).unwrap(), holder);
    }

    #[test]
    fn a_derived_model_survives_the_sdks_form(model in derived()) {
        let item = model.to_item().unwrap();
        prop_assert_eq!(Derived::from_item(&item).unwrap(), model);
    }

    #[test]
    fn a_derived_model_survives_a_dict(model in derived()) {
        let dict = model.to_dict().unwrap();
        let text = serde_json::to_string(&dict).unwrap();
        prop_assert_eq!(Derived::from_dict(&dict).unwrap(), model.clone());
        prop_assert_eq!(Derived::from_dict(&serde_json::from_str(&text).unwrap()).unwrap(), model);
    }

    #[test]
    fn the_size_is_that_of_the_sdks_form(model in derived()) {
        let size = model.size().unwrap();
        prop_assert_eq!(size.bytes(), size.attributes().map(|(_, bytes)| bytes).sum::<usize>());
        prop_assert_eq!(size.attributes().count(), model.to_item().unwrap().len());
    }
}

/// Some values of a strategy, the same ones in every run.
fn some<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// The body that singlet sends is the body that the SDK sends for the same item.
#[tokio::test]
async fn the_sdk_sends_the_same() {
    let transport = Transport::recording();
    let client = transport.between(&singlet::Client::embedded());
    for mut holder in some(&holders(), 50) {
        holder.save().client(&client).await.unwrap_err();
        let item: Item = holder.to_item().unwrap();
        client.sdk().put_item().table_name("values").set_item(Some(item)).send().await.unwrap_err();
    }
    let sent = transport.sent();
    assert_eq!(sent.len(), 100);
    for pair in sent.chunks(2) {
        assert_eq!(pair[0].json(), pair[1].json());
    }
}

/// The item with sets in one order and numbers in one form: a stand keeps neither.
fn normal(holder: &Holder) -> Item {
    holder.to_item().unwrap().into_iter().map(|(name, value)| (name, normal_value(value))).collect()
}

fn normal_value(value: AttributeValue) -> AttributeValue {
    let number = |digits: &String| digits.parse::<Number>().unwrap().to_string();
    match value {
        AttributeValue::N(digits) => AttributeValue::N(number(&digits)),
        AttributeValue::Ns(numbers) => AttributeValue::Ns(sorted(numbers.iter().map(number))),
        AttributeValue::Ss(texts) => AttributeValue::Ss(sorted(texts)),
        AttributeValue::Bs(blobs) => {
            AttributeValue::Bs(sorted(blobs.into_iter().map(Blob::into_inner)).into_iter().map(Blob::new).collect())
        }
        AttributeValue::L(list) => AttributeValue::L(list.into_iter().map(normal_value).collect()),
        AttributeValue::M(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, normal_value(value))).collect())
        }
        value => value,
    }
}

fn sorted<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    BTreeSet::from_iter(values).into_iter().collect()
}

#[tokio::test]
async fn a_stand_gives_back_what_was_saved() {
    stand::run(async |_| {
        Holder::create_table().await.unwrap();
        for mut holder in some(&holders(), 30) {
            holder.save().await.unwrap();
            let read = Holder::get(1).consistent().await.unwrap().unwrap();
            assert_eq!(normal(&read), normal(&holder));
        }
    })
    .await;
    stand::run(async |_| {
        Derived::create_table().await.unwrap();
        for mut model in some(&derived(), 30) {
            model.save().await.unwrap();
            let key = model.key().unwrap();
            assert_eq!(Derived::get(key).consistent().await.unwrap(), Some(model));
        }
    })
    .await;
}
