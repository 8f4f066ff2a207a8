//! `update_from` changes maps and structs from the inside: what others have stored in them stays.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use singlet::{Attribute, Item, Model};

use crate::emulator::{self, Feature};
use crate::stand::{self, item, n, s};
use crate::transport::Transport;

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Home {
    city: String,
    street: Option<String>,
    #[attribute(flatten)]
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Place {
    floor: u32,
    door: Option<Door>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Door {
    name: String,
    bell: Option<Box<Door>>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
enum Pay {
    Card { number: String, code: u32 },
    Bill { to: String },
}

#[derive(Debug, Clone, PartialEq, Default, Attribute)]
struct Settings {
    #[attribute(default)]
    theme: String,
    size: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Label {
    text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "profiles", hash_key = "PROFILE#{id}")]
struct Profile {
    id: u32,
    home: Home,
    #[model(default)]
    settings: Settings,
    #[model(flatten)]
    label: Label,
    stock: BTreeMap<String, Stock>,
    counts: HashMap<String, u32>,
    pay: Pay,
    lines: Vec<Door>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Stock {
    count: u32,
    price: Option<u32>,
}

fn door(name: &str) -> Door {
    Door { name: name.into(), bell: None }
}

fn profile() -> Profile {
    Profile {
        id: 1,
        home: Home {
            city: "Paris".into(),
            street: Some("Rue 1".into()),
            place: Place { floor: 3, door: Some(Door { name: "front".into(), bell: Some(Box::new(door("brass"))) }) },
        },
        settings: Settings { theme: "dark".into(), size: None },
        label: Label { text: Some("x".into()) },
        stock: BTreeMap::from([("pens".into(), Stock { count: 5, price: Some(3) })]),
        counts: HashMap::from([("a".into(), 1), ("b".into(), 2)]),
        pay: Pay::Card { number: "1".into(), code: 2 },
        lines: vec![door("l")],
    }
}

/// The paths that a change sends, with their clause.
fn sent(change: impl FnOnce(&mut Profile)) -> Vec<String> {
    let old = profile();
    let mut new = old.clone();
    change(&mut new);
    let request = new.update_from(&old).explain().unwrap();
    let body: Value = serde_json::from_str(request.body()).unwrap();
    let names = body["ExpressionAttributeNames"].as_object().unwrap();
    let mut text = body["UpdateExpression"].as_str().unwrap().replace("REMOVE ", "- ").replace("SET ", "");
    let mut placeholders: Vec<_> = names.iter().collect();
    placeholders.sort_by_key(|(placeholder, _)| std::cmp::Reverse(placeholder.len()));
    for (placeholder, name) in placeholders {
        text = text.replace(placeholder.as_str(), name.as_str().unwrap());
    }
    let paths = text.split(", ").flat_map(|action| action.split(" - ").map(str::to_owned).collect::<Vec<_>>());
    paths.map(|action| action.split(" = ").next().unwrap().trim_start_matches("- ").to_owned()).collect()
}

#[test]
fn only_the_paths_that_differ_are_sent() {
    assert_eq!(sent(|p| p.home.city = "Lyon".into()), ["home.city"]);
    assert_eq!(sent(|p| p.home.street = None), ["home.street"]);
    assert_eq!(sent(|p| p.home.place.floor = 4), ["home.floor"]);
    assert_eq!(sent(|p| p.home.place.door.as_mut().unwrap().name = "back".into()), ["home.door.name"]);
    let bell = |p: &mut Profile| p.home.place.door.as_mut().unwrap().bell.as_mut().unwrap().name = "tin".into();
    assert_eq!(sent(bell), ["home.door.bell.name"]);
    assert_eq!(sent(|p| p.home.place.door = None), ["home.door"]);
    assert_eq!(sent(|p| p.label.text = Some("y".into())), ["text"]);
    assert_eq!(sent(|p| p.stock.get_mut("pens").unwrap().count = 6), ["stock.pens.count"]);
    assert_eq!(sent(|p| _ = p.stock.insert("caps".into(), Stock { count: 1, price: None })), ["stock.caps"]);
    assert_eq!(sent(|p| _ = p.stock.remove("pens")), ["stock.pens"]);
    assert_eq!(sent(|p| _ = p.counts.insert("a".into(), 7)), ["counts.a"]);
    let several = |p: &mut Profile| {
        p.home.city = "Lyon".into();
        p.counts.remove("b");
        p.settings.size = Some(2);
    };
    assert_eq!(sent(several), ["home.city", "settings.size", "counts.b"]);
}

#[test]
fn lists_and_enums_are_values_as_a_whole() {
    assert_eq!(sent(|p| p.lines[0].name = "m".into()), ["lines"]);
    assert_eq!(sent(|p| p.pay = Pay::Card { number: "1".into(), code: 3 }), ["pay"]);
    assert_eq!(sent(|p| p.pay = Pay::Bill { to: "ann".into() }), ["pay"]);
}

fn inside<'a>(item: &'a mut Item, path: &[&str]) -> &'a mut HashMap<String, AttributeValue> {
    let (first, rest) = path.split_first().unwrap();
    let mut value = item.get_mut(*first).unwrap();
    for name in rest {
        let AttributeValue::M(map) = value else { panic!("{name} is not in a map") };
        value = map.get_mut(*name).unwrap();
    }
    let AttributeValue::M(map) = value else { panic!("not a map") };
    map
}

#[tokio::test]
async fn unknown_attributes_and_changes_of_others_stay_at_every_depth() {
    stand::run(async |stand| {
        Profile::create_table().await.unwrap();
        let old = profile();
        let mut stored = old.to_item().unwrap();
        for path in [&["home"][..], &["home", "door"], &["home", "door", "bell"], &["settings"], &["stock", "pens"]] {
            inside(&mut stored, path).insert("unknown".into(), s("of another tool"));
        }
        stand.put_raw("profiles", stored.clone()).await;
        let update = Profile::update(1).set(|p| p.home.street, "Rue 2").set(|p| p.stock.key("pens").price, 4);
        update.add(|p| p.counts.key("b"), 1).await.unwrap();

        let mut mine = old.clone();
        mine.home.city = "Lyon".into();
        mine.home.place.door.as_mut().unwrap().bell.as_mut().unwrap().name = "tin".into();
        mine.settings.size = Some(2);
        mine.stock.get_mut("pens").unwrap().count = 6;
        mine.counts.insert("a".into(), 7);
        mine.update_from(&old).await.unwrap();

        inside(&mut stored, &["home"]).extend(item([("city", s("Lyon")), ("street", s("Rue 2"))]));
        inside(&mut stored, &["home", "door", "bell"]).insert("name".into(), s("tin"));
        inside(&mut stored, &["settings"]).insert("size".into(), n(2));
        inside(&mut stored, &["stock", "pens"]).extend(item([("count", n(6)), ("price", n(4))]));
        inside(&mut stored, &["counts"]).extend(item([("a", n(7)), ("b", n(3))]));
        assert_eq!(stand.only_item("profiles").await, stored);
        assert_eq!(mine, Profile::from_item(&stored).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_map_that_is_not_stored_is_set_as_a_whole() {
    stand::run(async |stand| {
        Profile::create_table().await.unwrap();
        let old = profile();
        let null = emulator::supports(Feature::NullOperands).then_some(Some(AttributeValue::Null(true)));
        let absent = [None].into_iter().chain(null);
        for (absent, in_transaction) in absent.flat_map(|absent| [(absent.clone(), false), (absent, true)]) {
            let mut stored = old.to_item().unwrap();
            inside(&mut stored, &["home"]).insert("unknown".into(), s("of another tool"));
            stored.remove("settings");
            stored.extend(absent.map(|null| ("settings".to_owned(), null)));
            stand.put_raw("profiles", stored.clone()).await;
            // The model reads a default, which is not stored.
            let read = Profile::get(1).await.unwrap().unwrap();
            assert_eq!(read.settings, Settings::default());
            let mut mine = read.clone();
            mine.settings.theme = "light".into();
            mine.home.city = "Lyon".into();
            let done = if in_transaction {
                singlet::transact_write().write(mine.update_from(&read)).await
            } else {
                mine.update_from(&read).await
            };
            done.unwrap();
            inside(&mut stored, &["home"]).insert("city".into(), s("Lyon"));
            stored.insert("settings".into(), AttributeValue::M(item([("theme", s("light"))])));
            assert_eq!(stand.only_item("profiles").await, stored);
            assert_eq!(Profile::get(1).await.unwrap(), Some(mine));
        }
    })
    .await;
}

#[tokio::test]
async fn a_map_that_another_writer_has_removed_comes_back_as_a_whole() {
    stand::run(async |stand| {
        Profile::create_table().await.unwrap();
        let old = profile();
        old.clone().create().await.unwrap();
        Profile::update(1).remove(|p| p.home.place.door).remove(|p| p.stock.key("pens")).await.unwrap();
        let mut mine = old.clone();
        mine.home.place.door.as_mut().unwrap().name = "back".into();
        mine.stock.get_mut("pens").unwrap().count = 6;
        mine.update_from(&old).await.unwrap();
        assert_eq!(stand.only_item("profiles").await, mine.to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_long_difference_sets_the_smallest_maps_as_a_whole() {
    stand::run(async |stand| {
        Profile::create_table().await.unwrap();
        let mut old = profile();
        for entry in 0..500 {
            old.counts.insert(format!("n{entry}"), 1);
        }
        for entry in 0..150 {
            old.stock.insert(format!("s{entry}"), Stock { count: 1, price: None });
        }
        let mut stored = old.to_item().unwrap();
        inside(&mut stored, &["home"]).insert("unknown".into(), s("of another tool"));
        inside(&mut stored, &["stock", "pens"]).insert("unknown".into(), s("of another tool"));
        stand.put_raw("profiles", stored.clone()).await;
        let mut mine = old.clone();
        mine.home.city = "Lyon".into();
        mine.counts.values_mut().for_each(|count| *count += 1);
        mine.stock.iter_mut().filter(|(name, _)| name.starts_with('s')).for_each(|(_, stock)| stock.count += 1);
        let transport = Transport::recording();
        mine.update_from(&old).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 1);
        assert_eq!(Profile::get(1).await.unwrap().as_ref(), Some(&mine));
        // The counts became one value; home and the other entries of the stock did not.
        let now = &mut stand.only_item("profiles").await;
        assert_eq!(inside(now, &["home"])["unknown"], s("of another tool"));
        assert_eq!(inside(now, &["stock", "pens"])["unknown"], s("of another tool"));
    })
    .await;
}

#[test]
fn every_length_of_a_difference_fits() {
    for entries in [1, 10, 100, 150, 160, 170, 180, 190, 200, 220, 250, 300, 1_000, 3_000] {
        for fields in [1, 2] {
            let mut old = profile();
            for entry in 0..entries {
                old.stock.insert(format!("s{entry}"), Stock { count: 1, price: Some(1) });
            }
            let mut new = old.clone();
            for stock in new.stock.values_mut() {
                stock.count += 1;
                stock.price = (fields == 1).then_some(1);
            }
            let request = new.update_from(&old).explain().unwrap();
            let body: Value = serde_json::from_str(request.body()).unwrap();
            assert!(body["UpdateExpression"].as_str().unwrap().len() <= 4_096);
        }
    }
}
