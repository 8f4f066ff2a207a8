//! The options of fields: names, defaults, what is left out, and what is never shown.

use serde::{Deserialize, Serialize};
use singlet::{Attribute, ErrorKind, Item, Model};

use crate::stand::{self, n, s};

fn five() -> u8 {
    5
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Geo {
    lat: f64,
    tags: Vec<Option<String>>,
}

#[derive(Debug, Clone, PartialEq, Default, Attribute)]
struct Audit {
    created_by: String,
    #[attribute(default)]
    revision: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "fields", rename_all = "camelCase")]
struct Fields {
    #[model(hash_key, rename = "pk")]
    id: String,
    required_text: String,
    #[model(default)]
    with_default: u8,
    #[model(default = five())]
    with_five: u8,
    #[model(rename = "1 odd.name#\"é\"")]
    renamed: u8,
    #[model(skip)]
    skipped: Vec<u8>,
    #[model(skip, default = five())]
    skipped_five: u8,
    #[model(flatten)]
    audit: Audit,
    #[model(serde)]
    geo: Geo,
    #[model(serde)]
    maybe_geo: Option<Geo>,
    r#type: Option<String>,
}

fn fields() -> Fields {
    Fields {
        id: "f".into(),
        required_text: String::new(),
        with_default: 1,
        with_five: 2,
        renamed: 3,
        skipped: vec![],
        skipped_five: 5,
        audit: Audit { created_by: "ann".into(), revision: 4 },
        geo: Geo { lat: 48.85, tags: vec![None, Some("x".into())] },
        maybe_geo: None,
        r#type: Some("t".into()),
    }
}

fn stored() -> Item {
    fields().to_item().unwrap()
}

#[test]
fn attributes_have_the_names_that_were_given() {
    let mut names: Vec<String> = stored().into_keys().collect();
    names.sort();
    let expected =
        ["1 odd.name#\"é\"", "created_by", "geo", "pk", "requiredText", "revision", "type", "withDefault", "withFive"];
    assert_eq!(names, expected);
    assert_eq!(Fields::from_item(&stored()).unwrap(), fields());
}

#[test]
fn a_missing_required_attribute_is_an_error() {
    for (name, expected) in [("requiredText", "S"), ("1 odd.name#\"é\"", "N"), ("created_by", "S"), ("geo", "serde")] {
        let mut item = stored();
        item.remove(name);
        let error = Fields::from_item(&item).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Decode, Some("Fields")));
        assert_eq!(error.attribute(), Some(name));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn defaults_stand_for_what_is_absent_or_null() {
    let mut item = stored();
    for name in ["withDefault", "withFive", "revision", "type"] {
        item.remove(name);
    }
    let absent = Fields::from_item(&item).unwrap();
    assert_eq!((absent.with_default, absent.with_five, absent.audit.revision, absent.r#type), (0, 5, 0, None));

    for name in ["withDefault", "withFive", "revision", "type"] {
        item.insert(name.into(), aws_sdk_dynamodb::types::AttributeValue::Null(true));
    }
    let null = Fields::from_item(&item).unwrap();
    assert_eq!((null.with_default, null.with_five, null.audit.revision, null.r#type), (0, 5, 0, None));

    item.insert("withFive".into(), s("five"));
    assert_eq!(Fields::from_item(&item).unwrap_err().attribute(), Some("withFive"));
}

#[test]
fn a_skipped_field_is_neither_written_nor_read() {
    let changed = Fields { skipped: vec![1], skipped_five: 9, ..fields() };
    let mut item = changed.to_item().unwrap();
    assert_eq!(item, stored());
    item.insert("skipped".into(), s("theirs"));
    item.insert("skippedFive".into(), n(1));
    assert_eq!(Fields::from_item(&item).unwrap(), fields());
}

#[test]
fn unknown_attributes_are_ignored() {
    let mut item = stored();
    let deep = (0..30).fold(n(1), |value, _| aws_sdk_dynamodb::types::AttributeValue::L(vec![value]));
    item.insert("unknown".into(), deep);
    item.insert("\"}]".to_owned(), s("\"}]"));
    assert_eq!(Fields::from_item(&item).unwrap(), fields());
}

#[test]
fn serde_fields_hold_what_serde_writes() {
    let with = Fields { maybe_geo: Some(fields().geo), ..fields() };
    let item = with.to_item().unwrap();
    assert_eq!(item["maybeGeo"], item["geo"]);
    assert_eq!(item["geo"].as_m().unwrap()["lat"], n(48.85));
    assert_eq!(Fields::from_item(&item).unwrap(), with);

    let mut item = item;
    item.insert("geo".into(), s("S3CRET"));
    let error = Fields::from_item(&item).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("geo")));
    assert!(!format!("{error} {error:?}").contains("S3CRET"));
}

#[tokio::test]
async fn all_options_work_through_a_table() {
    stand::run(async |_| {
        Fields::create_table().await.unwrap();
        let mut saved = fields();
        saved.save().await.unwrap();
        assert_eq!(Fields::get("f").await.unwrap(), Some(saved));
    })
    .await;
}

#[derive(Debug, Clone, Model)]
#[model(table = "accounts", hash_key = "ACCOUNT#{token}")]
struct Account {
    #[model(sensitive)]
    token: String,
    #[model(sensitive, rename = "pass")]
    password: String,
    open: bool,
}

#[test]
fn sensitive_attributes_are_not_shown() {
    let mut account = Account { token: "T0KEN".into(), password: "S3CRET".into(), open: true };
    let request = account.save().explain().unwrap();
    for shown in [request.to_string(), format!("{request:?}"), Account::get("T0KEN").explain().unwrap().to_string()] {
        assert!(!shown.contains("S3CRET") && !shown.contains("T0KEN"), "{shown}");
    }
    assert!(request.to_string().contains(r#""open":{"BOOL":true}"#), "{request}");
    assert!(request.body().contains("S3CRET") && request.body().contains("ACCOUNT#T0KEN"));
    let query = Account::query("T0KEN").explain().unwrap();
    assert!(!query.to_string().contains("T0KEN"), "{query}");
    let known = singlet::RawExpression::new("pass = :p AND #o = :o").name("#o", "open");
    let known = known.value(":p", "S3CRET").value(":o", true);
    let save = account.save().when_raw(known).explain().unwrap();
    assert!(!save.to_string().contains("S3CRET"), "{save}");
}

#[test]
fn what_serde_cannot_store_is_an_error_that_names_the_attribute() {
    #[derive(Model)]
    #[model(table = "grids")]
    struct Grid {
        #[model(hash_key)]
        pk: String,
        #[model(serde)]
        cells: std::collections::BTreeMap<(u8, u8), u8>,
    }

    let grid = Grid { pk: "GRID#1".into(), cells: [((1, 2), 3)].into() };
    let error = grid.to_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("cells")));
}
