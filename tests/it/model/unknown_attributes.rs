//! Attributes that the model does not declare: ignored, kept in a field, or refused.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, ErrorKind, Item, Model, TTLAttribute, Table};

use crate::stand::{self, START, item, n, s};
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "notes", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk"))]
struct Notes;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Notes, hash_key = "N#{id}", range_key = "N", write_mark = "mark")]
#[model(index(gsi1, hash_key = "TITLE#{title}"))]
struct Note {
    id: String,
    title: String,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
    #[model(extra)]
    rest: BTreeMap<String, AttributeValue>,
}

/// The same item without a field for the rest.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Notes, hash_key = "N#{id}", range_key = "N", entity_name = "Note", write_mark = "mark")]
#[model(index(gsi1, hash_key = "TITLE#{title}"))]
struct Ignorant {
    id: String,
    title: String,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Notes, hash_key = "N#{id}", range_key = "N", entity_name = "Note", write_mark = "mark")]
#[model(index(gsi1, hash_key = "TITLE#{title}"), deny_unknown_attributes)]
struct Strict {
    id: String,
    title: String,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

fn note(rest: impl IntoIterator<Item = (&'static str, AttributeValue)>) -> Note {
    let rest = rest.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let expires_at = Some(TTLAttribute::from_epoch_seconds(START + 60));
    Note { id: "1".into(), title: "a".into(), version: 0, expires_at, rest }
}

fn unknown() -> [(&'static str, AttributeValue); 4] {
    let inside = item([("a", n(1)), ("b", AttributeValue::L(vec![AttributeValue::Null(true)]))]);
    let set = AttributeValue::Ss(vec!["x".into()]);
    [("size \"1\"", n(3)), ("tags", set), ("inside", AttributeValue::M(inside)), ("gsi2pk", s("other"))]
}

/// The stored item without what changes with every write.
async fn settled(stand: &stand::Stand) -> Item {
    let mut item = stand.only_item("notes").await;
    item.remove("mark");
    item.remove("version");
    item
}

#[tokio::test]
async fn unknown_attributes_are_kept_by_every_write() {
    stand::run(async |stand| {
        Notes::create_table().await.unwrap();
        note(unknown()).save().await.unwrap();
        let stored = settled(stand).await;
        assert_eq!(stored.len(), 7 + 4, "{:?}", stored.keys());

        let mut read = Note::get("1").await.unwrap().unwrap();
        assert_eq!((&read.rest, read.version), (&note(unknown()).rest, 1));
        read.save().await.unwrap();
        assert_eq!(settled(stand).await, stored);
        read.modify().set(|n| n.title, "a").await.unwrap();
        assert_eq!(settled(stand).await, stored);
        assert_eq!(read.rest, note(unknown()).rest, "the item that an update returns has them too");
        assert_eq!(Note::query("1").await.unwrap()[0].rest, read.rest);
        singlet::transact_write().write(read.save()).await.unwrap();
        assert_eq!(settled(stand).await, stored);
    })
    .await;
}

/// `update_from` changes the attributes that differ, one by one, so another program's changes to others stay.
#[tokio::test]
async fn unknown_attributes_are_updated_one_by_one() {
    stand::run(async |stand| {
        Notes::create_table().await.unwrap();
        let mut old = note(unknown());
        old.save().await.unwrap();
        let mut new = old.clone();
        new.rest.remove("tags");
        new.rest.insert("inside".into(), s("whole"));
        new.rest.insert("more".into(), n(1));
        let transport = Transport::recording();
        new.update_from(&old).client(&stand.through(&transport)).await.unwrap();
        let update = transport.sent().pop().unwrap().json()["UpdateExpression"].as_str().unwrap().to_owned();
        assert!(update.contains("REMOVE"), "{update}");
        assert_eq!(Note::get("1").await.unwrap().unwrap().rest, new.rest);
    })
    .await;
}

#[derive(Debug, Clone, Default, PartialEq, Attribute)]
struct Place {
    city: String,
    #[attribute(default)]
    floor: f64,
}

/// Unknown attributes of one type.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Notes, hash_key = "P#{id}", range_key = "P")]
struct Places {
    id: String,
    #[model(extra)]
    places: BTreeMap<String, Place>,
}

#[tokio::test]
async fn unknown_attributes_of_a_type_are_what_its_fields_are() {
    stand::run(async |stand| {
        Notes::create_table().await.unwrap();
        let home = Place { city: "Bonn".into(), floor: 1.0 };
        let mut old = Places { id: "1".into(), places: [("home".to_owned(), home)].into() };
        old.save().await.unwrap();
        // Another program adds an attribute inside, and one that is NULL.
        let mut stored = stand.only_item("notes").await;
        let AttributeValue::M(inside) = stored.get_mut("home").unwrap() else { panic!("a struct is a map") };
        inside.insert("lift".into(), AttributeValue::Bool(true));
        stored.insert("work".into(), AttributeValue::Null(true));
        stand.put_raw("notes", stored).await;

        let mut new = Places::get("1").await.unwrap().unwrap();
        assert_eq!(new, old, "NULL reads as absent");
        new.places.get_mut("home").unwrap().city = "Kiel".into();
        new.update_from(&old).await.unwrap();
        let stored = stand.only_item("notes").await;
        let AttributeValue::M(inside) = &stored["home"] else { panic!("a struct is a map") };
        assert_eq!((&inside["city"], inside.get("lift")), (&s("Kiel"), Some(&AttributeValue::Bool(true))));

        new.places.get_mut("home").unwrap().floor = f64::NAN;
        let error = new.save().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("home.floor")));
    })
    .await;
}

#[tokio::test]
async fn an_attribute_of_the_model_is_no_unknown_one() {
    stand::run(async |stand| {
        Notes::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for name in ["", "pk", "sk", "_type", "gsi1pk", "expires_at", "mark", "version", "title", "id"] {
            let error = note([(name, s("x"))]).save().client(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encode, "{name}");
            assert_eq!(error.attribute().unwrap_or_default(), name);
        }
        assert!(transport.sent().is_empty());
        // An item that its own writes have made has none.
        note([]).save().await.unwrap();
        assert!(Note::get("1").await.unwrap().unwrap().rest.is_empty());
        assert!(Strict::get("1").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn unknown_attributes_are_refused_by_name() {
    stand::run(async |_| {
        Notes::create_table().await.unwrap();
        note([("tags", n(1))]).save().await.unwrap();
        let error = Strict::get("1").await.unwrap_err();
        let (model, attribute) = (error.model(), error.attribute());
        assert_eq!((error.kind(), model, attribute), (ErrorKind::Decode, Some("Strict"), Some("tags")));
        let error = Strict::query("1").await.unwrap_err();
        assert_eq!(error.item_key().unwrap()["pk"], s("N#1"));
        assert!(Strict::query("1").skip_undecodable().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn unknown_attributes_are_ignored_by_default() {
    stand::run(async |stand| {
        Notes::create_table().await.unwrap();
        note(unknown()).save().await.unwrap();
        Ignorant::get("1").await.unwrap().unwrap().save().await.unwrap();
        assert_eq!(settled(stand).await.len(), 7);
    })
    .await;
}

#[test]
fn an_extra_field_has_the_type_that_its_map_says() {
    #[derive(Debug, Default, PartialEq, Model)]
    #[model(table = "texts")]
    struct Texts {
        #[model(hash_key)]
        pk: String,
        #[model(extra)]
        rest: HashMap<String, String>,
    }

    let texts = Texts { pk: "a".into(), rest: HashMap::from([("b".into(), "c".into())]) };
    let mut item = texts.to_item().unwrap();
    assert_eq!(item, stand::item([("pk", s("a")), ("b", s("c"))]));
    assert_eq!(Texts::from_item(&item).unwrap(), texts);
    assert_eq!(Texts::from_dict(&texts.to_dict().unwrap()).unwrap(), texts);
    assert_eq!(Texts::builder().pk("a").build(), Texts { pk: "a".into(), ..Texts::default() });
    item.insert("n".into(), n(1));
    let error = Texts::from_item(&item).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("n")));
}
