//! Nested paths whose maps are not stored: `create_parents` makes them with their content, or the error names them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Error, ErrorKind, Model};

use crate::emulator::{self, Feature};
use crate::stand::{self, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    address: Option<Address>,
    prefs: Option<Settings>,
    locked: Option<bool>,
    lines: Option<Vec<Address>>,
    counts: Option<BTreeMap<String, BTreeMap<String, i64>>>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Settings {
    color: Option<String>,
    visits: Option<u64>,
    debt: Option<i64>,
    tags: Option<Vec<String>>,
    marks: std::collections::BTreeSet<String>,
    deep: Option<Deep>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Deep {
    level: Option<u32>,
    name: Option<String>,
}

fn user() -> User {
    User { id: 1, address: None, prefs: None, locked: None, lines: None, counts: None }
}

async fn stored(stand: &Stand, prefs: Option<AttributeValue>) {
    let mut item = user().to_item().unwrap();
    item.extend(prefs.map(|prefs| ("prefs".to_owned(), prefs)));
    stand.put_raw("users", item).await;
}

#[tokio::test]
async fn a_refused_update_changes_nothing() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        stored(stand, None).await;
        let before = stand.only_item("users").await;
        let update = || User::update(1).set(|u| u.address.city, "Rome").create_parents().when(|u| u.locked.exists());
        let error = update().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        let error = singlet::transact_write().write(update()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        // The condition holds at first, and not when the map is made.
        let lock = stand.client.clone();
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "GetItem" => {
                let client = lock.clone();
                Fate::PassAfter(Box::pin(async move {
                    User::update(1).set(|u| u.locked, true).client(&client).await.unwrap();
                }))
            }
            _ => Fate::Pass,
        });
        let update = User::update(1).set(|u| u.address.city, "Rome").create_parents().when(|u| u.locked.not_exists());
        let error = update.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        let mut after = stand.only_item("users").await;
        assert_eq!(after.remove("locked"), Some(AttributeValue::Bool(true)));
        assert_eq!(after, before);
    })
    .await;
}

#[tokio::test]
async fn a_missing_map_is_made_with_its_content() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        let expected = Settings {
            color: Some("red".into()),
            visits: Some(3),
            debt: Some(-2),
            tags: Some(vec!["a".into(), "b".into()]),
            marks: ["m".to_owned()].into(),
            deep: Some(Deep { level: Some(1), name: None }),
        };
        let null = emulator::supports(Feature::NullOperands).then_some(Some(AttributeValue::Null(true)));
        for absent in [None].into_iter().chain(null) {
            for way in 0..3 {
                if way == 2 {
                    User::delete_by_key(1).await.unwrap();
                } else {
                    stored(stand, absent.clone()).await;
                }
                let update = if way == 2 { User::upsert(1) } else { User::update(1) };
                let update = update
                    .set(|u| u.prefs.color, "red")
                    .add(|u| u.prefs.visits, 3)
                    .subtract(|u| u.prefs.debt, 2)
                    .append(|u| u.prefs.tags, ["a", "b"])
                    .add_elements(|u| u.prefs.marks, ["m"])
                    .set_if_absent(|u| u.prefs.deep.level, 1)
                    .remove(|u| u.prefs.deep.name)
                    .set(|u| u.counts.key("x").key("y"), 7)
                    .set(|u| u.locked, false)
                    .create_parents();
                if way == 1 {
                    singlet::transact_write().write(update).await.unwrap();
                } else {
                    update.await.unwrap();
                }
                let counts = BTreeMap::from([("x".to_owned(), BTreeMap::from([("y".to_owned(), 7)]))]);
                let new = User { prefs: Some(expected.clone()), counts: Some(counts), locked: Some(false), ..user() };
                assert_eq!(stand.only_item("users").await, new.to_item().unwrap(), "{way}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_costs_one_request_and_stays() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        let prefs = item([("color", s("red")), ("unknown", s("of another tool"))]);
        stored(stand, Some(AttributeValue::M(prefs))).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        User::update(1).set(|u| u.prefs.color, "blue").create_parents().client(&client).await.unwrap();
        assert_eq!(transport.sent().len(), 1);
        User::update(1).set(|u| u.prefs.deep.level, 2).create_parents().client(&client).await.unwrap();
        let sent: Vec<_> = transport.sent()[1..].iter().map(|sent| sent.operation.clone()).collect();
        assert_eq!(sent, ["UpdateItem", "GetItem", "UpdateItem"]);
        let deep = AttributeValue::M(item([("level", n(2))]));
        let prefs = item([("color", s("blue")), ("unknown", s("of another tool")), ("deep", deep)]);
        assert_eq!(stand.only_item("users").await["prefs"], AttributeValue::M(prefs));
    })
    .await;
}

#[tokio::test]
async fn a_map_that_appears_meanwhile_is_changed_from_the_inside() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        stored(stand, None).await;
        let client = stand.client.clone();
        // After the read, another writer makes the map.
        let transport = Transport::new(move |n, _| {
            let client = client.clone();
            match n {
                2 => Fate::PassAfter(Box::pin(async move {
                    let update = User::update(1).set(|u| u.prefs.visits, 5).create_parents();
                    update.client(&client).await.unwrap();
                })),
                _ => Fate::Pass,
            }
        });
        let update = User::update(1).set(|u| u.prefs.color, "red").create_parents();
        let new = update.client(&stand.through(&transport)).await.unwrap();
        let prefs = new.prefs.unwrap();
        assert_eq!((prefs.color.as_deref(), prefs.visits), (Some("red"), Some(5)));
    })
    .await;
}

fn named(error: &Error) -> (ErrorKind, Option<&str>, bool) {
    (error.kind(), error.attribute(), error.to_string().contains("create_parents"))
}

#[tokio::test]
async fn without_it_the_error_names_the_map_and_the_option() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        stored(stand, None).await;
        let before = stand.only_item("users").await;
        let color = || User::update(1).set(|u| u.prefs.color, "red");
        let error = color().await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("prefs"), true), "{error}");
        let error = singlet::transact_write().write(color()).await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("prefs"), true), "{error}");
        let error = User::upsert(2).set(|u| u.prefs.deep.level, 1).await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("prefs"), true), "{error}");
        if emulator::supports(Feature::RemovedPaths) {
            let error = User::update(1).remove(|u| u.prefs.color).await.unwrap_err();
            assert_eq!(named(&error), (ErrorKind::Validation, Some("prefs"), true), "{error}");
        }
        // A condition on the map comes first.
        let error = color().when(|u| u.prefs.exists()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);

        let element = |n| User::update(1).set(|u| u.lines.at(n).city, "Rome");
        let error = element(0).create_parents().await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("lines"), false), "{error}");
        assert_eq!(stand.only_item("users").await, before);
        let line = Address { street: "a".into(), city: "b".into() };
        User::update(1).set(|u| u.lines, vec![line]).set(|u| u.counts, BTreeMap::new()).await.unwrap();
        let error = element(3).create_parents().await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("lines[3]"), false), "{error}");
        let error = User::update(1).set(|u| u.counts.key("secret").key("x"), 1).await.unwrap_err();
        assert_eq!(named(&error), (ErrorKind::Validation, Some("counts[..]"), true), "{error}");
        let error = User::update(1).set(|u| u.prefs.color, User::FIELDS.address.city).create_parents().await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn it_needs_a_request_of_its_own() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let update = User::update(1).set(|u| u.prefs.color, "red").create_parents().customize(|update| update);
        let error = update.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Validation, 0));
    })
    .await;
}
