//! Models as plain JSON maps, and as items of the SDK.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use singlet::{Attribute, Binary, CompressedAttribute, ErrorKind, Model, Number, TTLAttribute, Table};

use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand::{self, n, s};

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Line {
    sku: String,
    gift: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "everything")]
struct Everything {
    #[model(hash_key)]
    pk: String,
    big: u64,
    exact: Number,
    float: f64,
    bytes: Binary,
    names: BTreeSet<String>,
    numbers: BTreeSet<Number>,
    blobs: BTreeSet<Binary>,
    lines: Vec<Line>,
    counts: BTreeMap<String, Option<u8>>,
    #[model(compressed(min_size = 10))]
    notes: CompressedAttribute,
    expires_at: Option<TTLAttribute>,
}

fn everything() -> Everything {
    Everything {
        pk: "e".into(),
        big: u64::MAX,
        exact: "1234567890123456789012345678901234567.8".parse().unwrap(),
        float: 0.1,
        bytes: vec![0, 255].into(),
        names: ["a".into(), "b".into()].into(),
        numbers: [Number::from(1), "0.5".parse().unwrap()].into(),
        blobs: [Binary::from([1])].into(),
        lines: vec![Line { sku: "x".into(), gift: None }, Line { sku: "y".into(), gift: Some(true) }],
        counts: [("one".into(), Some(1)), ("none".into(), None)].into(),
        notes: "hello world ".repeat(50).into(),
        expires_at: Some(TTLAttribute::from_epoch_seconds(1_700_000_000)),
    }
}

#[test]
fn a_dict_is_plain_json() {
    let dict = everything().to_dict().unwrap();
    let expected = json!({
        "pk": "e",
        "big": u64::MAX,
        "exact": "1234567890123456789012345678901234567.8",
        "float": 0.1,
        "bytes": "AP8=",
        "names": ["a", "b"],
        "numbers": [0.5, 1],
        "blobs": ["AQ=="],
        "lines": [{"sku": "x"}, {"sku": "y", "gift": true}],
        "counts": {"one": 1, "none": null},
        "notes": "hello world ".repeat(50),
        "expires_at": 1_700_000_000,
    });
    let numbers =
        |value: &Value| value["numbers"].as_array().unwrap().iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(numbers(&Value::Object(dict.clone())).len(), 2);
    for (name, value) in expected.as_object().unwrap() {
        if name != "numbers" {
            assert_eq!(dict[name], *value, "{name}");
        }
    }
    assert_eq!(dict.len(), 12);
}

#[test]
fn a_dict_reads_back_also_through_text() {
    let dict = everything().to_dict().unwrap();
    assert_eq!(Everything::from_dict(&dict).unwrap(), everything());
    let text = serde_json::to_string(&dict).unwrap();
    let parsed: Map<String, Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(Everything::from_dict(&parsed).unwrap(), everything());
}

#[test]
fn a_dict_needs_no_keys_that_templates_make() {
    let mut dict = customer("c-1").to_dict().unwrap();
    for name in ["pk", "sk", "gsi1pk", "gsi1sk", "_type"] {
        dict.remove(name);
    }
    assert_eq!(Customer::from_dict(&dict).unwrap(), customer("c-1"));
}

fn dict(json: Value) -> Map<String, Value> {
    let Value::Object(map) = json else { panic!("not a map") };
    map
}

#[test]
fn a_dict_of_another_form_is_refused() {
    for (json, attribute) in [
        (json!({"customer": "c-1", "id": 1}), Some("cents")),
        (json!({"customer": "c-1", "id": -1, "cents": 1}), Some("id")),
        (json!({"customer": "c-1", "id": 1.5, "cents": 1}), Some("id")),
        (json!({"customer": 1, "id": 1, "cents": 1}), Some("customer")),
        (json!({"customer": null, "id": 1, "cents": 1}), Some("customer")),
    ] {
        let error = Order::from_dict(&dict(json.clone())).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, attribute), "{json}");
    }
}

#[test]
fn a_dict_of_another_entity_is_refused() {
    let mut other = order("c-1", 1).to_dict().unwrap();
    other.insert("_type".into(), "Robot".into());
    assert_eq!(Order::from_dict(&other).unwrap_err().kind(), ErrorKind::WrongEntity);
}

#[test]
fn items_of_the_sdk_read_back() {
    let item = everything().to_item().unwrap();
    assert_eq!(item["exact"], n("1234567890123456789012345678901234567.8"));
    assert!(item["notes"].as_s().unwrap().starts_with("ZSTD:"));
    assert_eq!(Everything::from_item(&item).unwrap(), everything());
}

#[tokio::test]
async fn what_to_item_gives_is_what_is_stored() {
    stand::run(async |stand| {
        Everything::create_table().await.unwrap();
        let mut saved = Everything { numbers: [Number::from(1)].into(), names: ["a".into()].into(), ..everything() };
        saved.save().await.unwrap();
        assert_eq!(stand.only_item("everything").await, saved.to_item().unwrap());
        assert_eq!(Everything::get("e").await.unwrap(), Some(saved));

        Shop::create_table().await.unwrap();
        let mut item = customer("c-1").to_item().unwrap();
        item.insert("nick".into(), s("annie"));
        stand.put_raw("shop", item.clone()).await;
        let read = Customer::get("c-1").await.unwrap().unwrap();
        assert_eq!((read.nick.as_deref(), read.to_item().unwrap()), (Some("annie"), item));
        assert_eq!(Shop::SCHEMA.name, "shop");
    })
    .await;
}
