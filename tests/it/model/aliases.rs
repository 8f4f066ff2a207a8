//! Renamed attributes: items with a former name are read, compared and updated like those with the current one.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::expr::{AttributeType, Condition};
use singlet::{Attribute, ErrorKind, Item, Model, Projection, Update};

use crate::stand::{self, Stand, item, n, s};

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    #[attribute(alias = "town")]
    city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "renamed", hash_key = "P#{id}")]
struct Person {
    #[model(alias = "number")]
    id: String,
    #[model(alias = "nick", alias = "handle")]
    name: Option<String>,
    #[model(alias = "score", default)]
    points: u64,
    #[model(rename = "homeAddress", alias = "home")]
    address: Option<Address>,
    #[model(alias = "labels")]
    tags: BTreeSet<String>,
    #[model(alias = "entries")]
    log: Vec<u64>,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Person)]
struct Card {
    name: Option<String>,
    #[projection(default)]
    points: u64,
    address: Option<Address>,
}

fn person() -> Person {
    let address = Some(Address { city: "Oslo".into() });
    let tags = BTreeSet::from(["a".to_owned()]);
    Person { id: "1".into(), name: Some("Ann".into()), points: 7, address, tags, log: vec![1] }
}

/// The person, with these names of the attributes.
fn stored(id: &str, names: [&str; 5], city: &str) -> Item {
    let address = AttributeValue::M(item([(city, s("Oslo"))]));
    let [name, points, home, tags, log] = names;
    let tags = (tags, AttributeValue::Ss(vec!["a".into()]));
    let log = (log, AttributeValue::L(vec![n(1)]));
    item([("pk", s("P#1")), (id, s("1")), (name, s("Ann")), (points, n(7)), (home, address), tags, log])
}

fn current() -> Item {
    stored("id", ["name", "points", "homeAddress", "tags", "log"], "city")
}

/// The items of every age.
fn every_age() -> [Item; 4] {
    [
        current(),
        stored("number", ["nick", "score", "home", "labels", "entries"], "town"),
        stored("id", ["handle", "points", "homeAddress", "labels", "log"], "town"),
        stored("number", ["name", "score", "home", "tags", "entries"], "city"),
    ]
}

/// Runs a test on the table with an item of every age, one after another.
async fn each(test: impl AsyncFn(&Stand)) {
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        for age in every_age() {
            stand.put_raw("renamed", age).await;
            test(stand).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_read_finds_every_name_and_a_save_writes_the_current_ones() {
    each(async |stand| {
        let card = Card { name: Some("Ann".into()), points: 7, address: person().address };
        assert_eq!(Person::get("1").await.unwrap(), Some(person()));
        assert_eq!(Person::query("1").await.unwrap(), [person()]);
        assert_eq!(Person::scan().await.unwrap(), [person()]);
        assert_eq!(Person::batch_get(["1"]).await.unwrap(), [Some(person())]);
        assert_eq!(singlet::transact_get((Person::get("1"),)).await.unwrap(), (Some(person()),));
        assert_eq!(singlet::statement::<Person>("SELECT * FROM renamed").await.unwrap(), [person()]);
        assert_eq!(Person::query("1").select::<Card>().await.unwrap(), std::slice::from_ref(&card));
        assert_eq!(Person::scan().select::<Card>().await.unwrap(), [card]);
        person().save().await.unwrap();
        assert_eq!(stand.only_item("renamed").await, current());
    })
    .await;
}

#[test]
fn the_current_name_wins_then_the_aliases_in_their_order() {
    let with = |more: &[(&str, AttributeValue)]| {
        let mut item = item([("pk", s("P#1")), ("id", s("1")), ("log", AttributeValue::L(vec![]))]);
        item.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Person::from_item(&item).map(|person| (person.name, person.points))
    };
    let name = |name: &str| Some(name.to_owned());
    let [new, old, oldest] = [("name", s("new")), ("nick", s("old")), ("handle", s("oldest"))];
    assert_eq!(with(&[new.clone(), old.clone(), oldest.clone()]).unwrap(), (name("new"), 0));
    assert_eq!(with(&[old.clone(), oldest.clone()]).unwrap(), (name("old"), 0));
    assert_eq!(with(&[oldest]).unwrap(), (name("oldest"), 0));
    // NULL is a value that somebody has stored under the current name.
    assert_eq!(with(&[("name", AttributeValue::Null(true)), old.clone()]).unwrap(), (None, 0));
    assert_eq!(with(&[("points", AttributeValue::Null(true)), ("score", n(3))]).unwrap(), (None, 0));
    // What does not count need not fit; what counts is named.
    assert_eq!(with(&[new, ("nick", n(1))]).unwrap(), (name("new"), 0));
    let error = with(&[("nick", n(1)), ("handle", s("x"))]).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("nick")));
    assert_eq!(with(&[("points", s("x")), ("score", n(1))]).unwrap_err().attribute(), Some("points"));
}

#[tokio::test]
async fn conditions_and_filters_cover_every_name() {
    let yes: Vec<fn() -> Condition<Person>> = vec![
        || Person::FIELDS.name.eq("Ann"),
        || Person::FIELDS.name.exists(),
        || !Person::FIELDS.name.not_exists(),
        || Person::FIELDS.name.ne("Bob"),
        || !Person::FIELDS.name.ne("Ann"),
        || Person::FIELDS.name.begins_with("A") & Person::FIELDS.name.size().eq(3),
        || Person::FIELDS.name.attribute_type(AttributeType::S),
        || Person::FIELDS.points.between(7, 9) & Person::FIELDS.points.is_in([1, 7]),
        || Person::FIELDS.points.lt(8) & (Person::FIELDS.name.eq("Bob") | Person::FIELDS.points.gt(6)),
        || Person::FIELDS.address.city.eq("Oslo"),
        || Person::FIELDS.address.exists(),
        || Person::FIELDS.tags.contains("a") & Person::FIELDS.log.at(0).eq(1),
        || Person::FIELDS.name.ne(Person::FIELDS.address.city) & Person::FIELDS.id.eq("1"),
    ];
    each(async |_| {
        for (number, yes) in yes.iter().enumerate() {
            assert_eq!(Person::scan().filter(|_| yes()).count().await.unwrap(), 1, "{number}");
            assert_eq!(Person::scan().filter(|_| !yes()).count().await.unwrap(), 0, "not {number}");
            let check = Person::delete_by_key("1").when(|_| !yes()).await.unwrap_err();
            assert!(check.is_condition_failed(), "{number}: {check}");
        }
    })
    .await;
}

/// A read takes the attribute under its first name, even if what is inside of it is missing there.
#[tokio::test]
async fn what_is_inside_of_an_attribute_is_that_of_the_name_that_a_read_takes() {
    let city = Person::FIELDS.address.city;
    let absent: Vec<Condition<Person>> =
        vec![city.not_exists(), !city.exists(), !city.eq("Oslo"), !city.attribute_type(AttributeType::S)];
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        let home = ("home", AttributeValue::M(item([("city", s("Oslo"))])));
        for (names, is_absent) in [(vec!["homeAddress", "home"], true), (vec!["home"], false)] {
            let empty = ("homeAddress", AttributeValue::M(item([("zip", s("0150"))])));
            let mut stored = stored("id", ["name", "points", "homeAddress", "tags", "log"], "city");
            stored.extend(item([home.clone(), empty]));
            stored.retain(|name, _| !["homeAddress", "home"].contains(&&**name) || names.contains(&&**name));
            stand.put_raw("renamed", stored).await;
            for (number, absent) in absent.iter().enumerate() {
                let found = Person::scan().filter(|_| absent.clone()).count().await.unwrap();
                assert_eq!(found, u64::from(is_absent), "{number} {names:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_takes_the_value_of_every_name_and_leaves_the_current_one() {
    type Case = (fn() -> Update<'static, Person>, fn(&mut Person), &'static [&'static str]);
    let cases: [Case; 9] = [
        (|| Person::update("1").set(|p| p.name, "Bob"), |p| p.name = Some("Bob".into()), &["nick", "handle"]),
        (|| Person::update("1").remove(|p| p.name), |p| p.name = None, &["nick", "handle", "name"]),
        (|| Person::update("1").set_if_absent(|p| p.name, "Bob"), |_| {}, &["nick", "handle"]),
        (|| Person::update("1").add(|p| p.points, 3), |p| p.points = 10, &["score"]),
        (|| Person::update("1").subtract(|p| p.points, 7), |p| p.points = 0, &["score"]),
        (|| Person::update("1").append(|p| p.log, [2]), |p| p.log = vec![1, 2], &["entries"]),
        (|| Person::update("1").prepend(|p| p.log, [2]), |p| p.log = vec![2, 1], &["entries"]),
        (|| Person::update("1").set(|p| p.name, Person::FIELDS.address.city), |p| p.name = Some("Oslo".into()), &[]),
        (
            || Person::update("1").set(|p| p.address, Address { city: "Bergen".into() }),
            |p| p.address = Some(Address { city: "Bergen".into() }),
            &["home"],
        ),
    ];
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        for (number, (update, change, gone)) in cases.iter().enumerate() {
            for age in every_age() {
                stand.put_raw("renamed", age).await;
                let mut wanted = person();
                change(&mut wanted);
                assert_eq!(update().await.unwrap(), wanted, "{number}");
                let stored = stand.only_item("renamed").await;
                assert!(gone.iter().all(|name| !stored.contains_key(*name)), "{number}: {stored:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_difference_sets_whole_attributes_under_their_current_names() {
    each(async |stand| {
        let old = Person::get("1").await.unwrap().unwrap();
        let mut new = Person { name: None, address: Some(Address { city: "Bergen".into() }), ..old.clone() };
        new.update_from(&old).await.unwrap();
        let stored = stand.only_item("renamed").await;
        assert_eq!(Person::from_item(&stored).unwrap(), new);
        for gone in ["name", "nick", "handle", "home"] {
            assert!(!stored.contains_key(gone), "{gone}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_that_reaches_one_name_only_is_refused() {
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        stand.put_raw("renamed", current()).await;
        let updates = [
            Person::update("1").set(|p| p.address.city, "Bergen"),
            Person::update("1").add_elements(|p| p.tags, ["b"]),
            Person::update("1").delete_elements(|p| p.tags, ["a"]),
        ];
        for update in updates {
            let error = update.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
            assert!(error.to_string().contains("under a former name"), "{error}");
        }
        assert_eq!(stand.only_item("renamed").await, current());
    })
    .await;
}
