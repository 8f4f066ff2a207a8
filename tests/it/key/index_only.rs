//! `key_only` fields that exist only in keys of indexes: what every write stores, and what every read returns.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Collection, ErrorKind, Item, Model, Result, Table};

use crate::stand::{self, Stand, item, s};
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "people", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
#[table(index(name = "states", hash_key = "state", projection = "keys_only"))]
struct People;

/// The email is in two keys, of which the second holds another field too.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "USER#{id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "NAME#{name}"))]
#[model(index(gsi2, hash_key = "STATE#{state}", range_key = "{points:06}#{email}"))]
#[model(index(states, hash_key = state))]
struct User {
    id: u32,
    #[model(key_only, validate = has_at)]
    email: String,
    state: String,
    points: u32,
    name: String,
}

fn has_at(email: &str) -> std::result::Result<(), &'static str> {
    if email.contains('@') { Ok(()) } else { Err("an email contains @") }
}

fn user(email: &str) -> User {
    User { id: 1, email: email.into(), state: "new".into(), points: 5, name: "Ann".into() }
}

/// A field that items may lack, and no other.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "USER#{id}", range_key = "PHONE")]
#[model(index(gsi1, hash_key = "PHONE#{number}", range_key = "LABEL#{label}"))]
struct Phone {
    id: u32,
    #[model(key_only)]
    number: Option<String>,
    label: String,
}

fn phone(number: Option<&str>) -> Phone {
    Phone { id: 1, number: number.map(str::to_owned), label: "home".into() }
}

#[derive(Debug, PartialEq, Collection)]
enum Person {
    User(User),
    Phone(Phone),
}

type Run = Pin<Box<dyn Future<Output = Result<()>>>>;

/// A way to write, and the value that a save would store alike.
struct Way<M: Model> {
    name: &'static str,
    before: Option<M>,
    after: M,
    run: fn(Option<M>, M) -> Run,
}

/// After the write, the item is what a save of `after` stores, and each way to read it returns `after`.
async fn writes<M: Model + Clone + PartialEq + std::fmt::Debug>(
    stand: &Stand,
    ways: Vec<Way<M>>,
    absent: &str,
    reads: impl AsyncFn(&str, &M),
) {
    for Way { name, before, after, run } in ways {
        for stored in stand.stored("people").await {
            let key = stored.into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
            stand.client.sdk().delete_item().table_name("people").set_key(Some(key)).send().await.unwrap();
        }
        let mut before = before;
        if let Some(before) = &mut before {
            before.save().await.unwrap();
        }
        run(before, after.clone()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let stored = stand.only_item("people").await;
        assert_eq!(stored, after.to_item().unwrap(), "{name}");
        assert!(!stored.contains_key(absent), "{name}: {stored:?}");
        assert_eq!(M::from_item(&stored).unwrap(), after, "{name}");
        reads(name, &after).await;
    }
}

fn user_ways() -> Vec<Way<User>> {
    let old = || Some(user("a@x.com"));
    let new = user("b@x.com");
    let way = |name, before, after: &User, run| Way { name, before, after: after.clone(), run };
    let pointed = User { points: 9, ..user("a@x.com") };
    let sum = User { points: 7, ..user("a@x.com") };
    let named = User { name: "Bea".into(), ..user("a@x.com") };
    vec![
        way("save", None, &new, |_, new| Box::pin(async move { new.clone().save().await })),
        way("save over", old(), &new, |_, new| Box::pin(async move { new.clone().save().await })),
        way("put", old(), &new, |_, new| Box::pin(async move { new.put().await })),
        way("create", None, &new, |_, new| Box::pin(async move { new.clone().create().await })),
        way("batch", None, &new, |_, new| Box::pin(async move { singlet::batch_write().put(new).await })),
        way("transaction", None, &new, |_, new| {
            Box::pin(async move { singlet::transact_write().write(new.clone().create()).await })
        }),
        way("import", None, &new, |_, new| {
            Box::pin(async move { singlet::import("people", exported(&new.to_item()?).as_bytes()).await.map(drop) })
        }),
        way("update", old(), &new, |_, _| {
            Box::pin(async { User::update(1).set(|u| u.email, "b@x.com").set(|u| u.points, 5_u32).await.map(drop) })
        }),
        way("update in a transaction", old(), &new, |_, _| {
            let update = User::update(1).set(|u| u.email, "b@x.com").set(|u| u.points, 5_u32);
            Box::pin(async move { singlet::transact_write().write(update).await })
        }),
        way("update of another part", old(), &pointed, |_, _| {
            Box::pin(async { User::update(1).set(|u| u.points, 9_u32).assume(|u| u.email, "a@x.com").await.map(drop) })
        }),
        way("update of an index key without the field", old(), &named, |_, _| {
            Box::pin(async { User::update(1).set(|u| u.name, "Bea").await.map(drop) })
        }),
        way("sum", old(), &sum, |_, _| Box::pin(async { User::update(1).add(|u| u.points, 2_u32).await.map(drop) })),
        way("modify", old(), &new, |old, _| {
            Box::pin(async move { old.unwrap().modify().set(|u| u.email, "b@x.com").await })
        }),
        way("modify of another part", old(), &pointed, |old, _| {
            Box::pin(async move { old.unwrap().modify().set(|u| u.points, 9_u32).await })
        }),
        way("modify with a sum", old(), &sum, |old, _| {
            Box::pin(async move { old.unwrap().modify().add(|u| u.points, 2_u32).await })
        }),
        way("update_from", old(), &new, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("update_from with another part", old(), &pointed, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("update_from with both", old(), &User { points: 9, ..new.clone() }, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("upsert of a new item", None, &new, |_, new| Box::pin(upsert(new))),
        way("upsert of a stored item", old(), &new, |_, new| Box::pin(upsert(new))),
        way("backfill", old(), &pointed, |_, _| {
            Box::pin(async { User::backfill().change(|user| user.points = 9).await.map(drop) })
        }),
    ]
}

/// The item as an export has it.
fn exported(item: &Item) -> String {
    let value = |value: &AttributeValue| match value {
        AttributeValue::N(number) => format!(r#"{{"N":"{number}"}}"#),
        value => format!(r#"{{"S":"{}"}}"#, value.as_s().unwrap()),
    };
    let attributes: Vec<String> = item.iter().map(|(name, own)| format!(r#""{name}":{}"#, value(own))).collect();
    format!(r#"{{"Item":{{{}}}}}"#, attributes.join(","))
}

async fn upsert(new: User) -> Result<()> {
    let upsert = User::upsert(1).set(|u| u.email, new.email).set(|u| u.state, new.state);
    upsert.set(|u| u.points, new.points).set(|u| u.name, new.name).await.map(drop)
}

fn phone_ways() -> Vec<Way<Phone>> {
    let (none, home, work) = (phone(None), phone(Some("1")), phone(Some("2")));
    let labelled = Phone { label: "work".into(), ..home.clone() };
    let bare = Phone { label: "work".into(), number: None, ..home.clone() };
    let way = |name, before: &Phone, after: &Phone, run| Way {
        name,
        before: Some(before.clone()),
        after: after.clone(),
        run,
    };
    vec![
        way("save without", &home, &none, |_, new| Box::pin(async move { new.clone().save().await })),
        way("save with", &none, &home, |_, new| Box::pin(async move { new.clone().save().await })),
        way("remove", &home, &none, |_, _| Box::pin(async { Phone::update(1).remove(|p| p.number).await.map(drop) })),
        way("set_or_remove", &home, &none, |_, _| {
            Box::pin(async { Phone::update(1).set_or_remove(|p| p.number, None::<&str>).await.map(drop) })
        }),
        way("set", &none, &home, |_, _| {
            Box::pin(async { Phone::update(1).set(|p| p.number, "1").set(|p| p.label, "home").await.map(drop) })
        }),
        way("assume", &home, &labelled, |_, _| {
            Box::pin(async { Phone::update(1).set(|p| p.label, "work").assume(|p| p.number, "1").await.map(drop) })
        }),
        way("modify", &home, &work, |old, _| {
            Box::pin(async move { old.unwrap().modify().set(|p| p.number, "2").await })
        }),
        way("modify of another part", &home, &labelled, |old, _| {
            Box::pin(async move { old.unwrap().modify().set(|p| p.label, "work").await })
        }),
        way("modify without a number", &none, &bare, |old, _| {
            Box::pin(async move { old.unwrap().modify().set(|p| p.label, "work").await })
        }),
        way("modify to none", &home, &none, |old, _| {
            Box::pin(async move { old.unwrap().modify().remove(|p| p.number).await })
        }),
        way("update_from to none", &home, &bare, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("update_from to some", &none, &work, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("update_from of another part", &home, &labelled, |old, new| {
            Box::pin(async move { new.clone().update_from(&old.unwrap()).await })
        }),
        way("upsert with", &none, &home, |_, _| {
            Box::pin(async { Phone::upsert(1).set(|p| p.number, "1").set(|p| p.label, "home").await.map(drop) })
        }),
        way("upsert to none", &home, &none, |_, _| {
            Box::pin(async { Phone::upsert(1).remove(|p| p.number).set(|p| p.label, "home").await.map(drop) })
        }),
        way("backfill", &home, &work, |_, _| {
            Box::pin(async { Phone::backfill().change(|phone| phone.number = Some("2".into())).await.map(drop) })
        }),
    ]
}

/// The rule of the feature: whatever writes a `key_only` field of an index, its keys are those of a save, no attribute holds it, and
/// every read returns it.
#[tokio::test]
async fn every_write_stores_the_keys_of_a_save_and_every_read_returns_the_field() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        writes(stand, user_ways(), "email", async |name, user: &User| {
            let (all, one) = (vec![user.clone()], Some(user.clone()));
            assert_eq!(User::get(1).await.unwrap(), one, "{name}");
            assert_eq!(User::query(1).await.unwrap(), all, "{name}");
            assert_eq!(User::scan().await.unwrap(), all, "{name}");
            let by_email = User::index(People::GSI1).query(user.email.as_str());
            assert_eq!(by_email.await.unwrap(), all, "{name}");
            let by_state = User::index(People::GSI2).query(user.state.as_str());
            assert_eq!(by_state.await.unwrap(), all, "{name}");
            let hydrated = User::index(People::STATES).query(user.state.as_str()).hydrate();
            assert_eq!(hydrated.await.unwrap(), all, "{name}");
            assert_eq!(Person::query(1).await.unwrap(), [Person::User(user.clone())], "{name}");
            assert_eq!(singlet::batch_get(User::get(1)).await.unwrap(), one, "{name}");
            assert_eq!(singlet::transact_get(User::get(1)).await.unwrap(), one, "{name}");
            let statement =
                singlet::statement::<User>(r#"SELECT * FROM "people" WHERE pk = ?"#).parameter("USER#0000000001");
            assert_eq!(statement.await.unwrap(), all, "{name}");
        })
        .await;
        writes(stand, phone_ways(), "number", async |name, phone: &Phone| {
            assert_eq!(Phone::get(1).await.unwrap(), Some(phone.clone()), "{name}");
            let number = phone.number.as_deref().unwrap_or("1");
            let found = Phone::index(People::GSI1).query(number).await.unwrap();
            assert_eq!(found, phone.number.iter().map(|_| phone.clone()).collect::<Vec<_>>(), "{name}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_key_with_an_unknown_field_is_refused_unsent() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        user("a@x.com").create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let update = || User::update(1).client(&client);
        let upsert = User::upsert(1).client(&client).set(|u| u.state, "old").set(|u| u.points, 1_u32);
        let same = User::FIELDS.name;
        for (error, message) in [
            (
                update().set(|u| u.points, 1_u32).await.unwrap_err(),
                "save the item, or set the field in the same update",
            ),
            (update().set(|u| u.email, same).await.unwrap_err(), "save the item, or set the field in the same update"),
            (upsert.set(|u| u.name, "Ann").await.map(drop).unwrap_err(), "an upsert must set every required attribute"),
        ] {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("email")), "{error}");
            assert!(error.to_string().contains(message), "{error}");
        }
        let label = Phone::update(1).client(&client).set(|p| p.label, "work").await.unwrap_err();
        assert_eq!((label.kind(), label.attribute()), (ErrorKind::Validation, Some("number")), "{label}");
        let invalid = update().set(|u| u.email, "b").set(|u| u.points, 5_u32).await.unwrap_err();
        assert_eq!((invalid.kind(), invalid.attribute()), (ErrorKind::InvalidValue, Some("email")), "{invalid}");
        let twice = update().set(|u| u.email, "b@x").set(|u| u.email, "c@x").set(|u| u.points, 5_u32);
        let twice = twice.await.unwrap_err();
        assert_eq!((twice.kind(), twice.attribute()), (ErrorKind::Validation, Some("email")), "{twice}");
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_assumed_of_the_field_is_compared_with_its_key() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        user("a@x.com").create().await.unwrap();
        let before = stand.only_item("people").await;
        let wrong = User::update(1).set(|u| u.points, 9_u32).assume(|u| u.email, "other@x.com").await.unwrap_err();
        assert_eq!((wrong.kind(), wrong.attribute()), (ErrorKind::ConditionFailed, Some("email")), "{wrong}");
        let stale = user("stale@x.com").modify().set(|u| u.points, 9_u32).await.unwrap_err();
        assert_eq!((stale.kind(), stale.attribute()), (ErrorKind::ConditionFailed, Some("email")), "{stale}");
        phone(None).create().await.unwrap();
        let mut stale = phone(Some("1"));
        let stale = stale.modify().set(|p| p.label, "work").await.unwrap_err();
        assert_eq!((stale.kind(), stale.attribute()), (ErrorKind::ConditionFailed, Some("number")), "{stale}");
        Phone::delete_by_key(1).await.unwrap();
        assert_eq!(stand.only_item("people").await, before);
    })
    .await;
}

/// A field with others in its only key: the whole key is compared.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "USER#{id}", range_key = "BADGE")]
#[model(index(gsi1, hash_key = "BADGE#{badge}#{state}", range_key = "BADGE"))]
struct Pass {
    id: u32,
    #[model(key_only)]
    badge: String,
    state: String,
}

#[tokio::test]
async fn a_key_with_other_fields_is_compared_as_a_whole() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        let mut badge = Pass { id: 1, badge: "7".into(), state: "new".into() };
        badge.create().await.unwrap();
        let update = || Pass::update(1).set(|b| b.state, "old").assume(|b| b.badge, "7");
        let error = update().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("badge")), "{error}");
        assert!(error.to_string().contains("save the item, or set the field in the same update"), "{error}");
        let error = update().assume(|b| b.state, "other").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
        badge.state = "old".into();
        assert_eq!(update().assume(|b| b.state, "new").await.unwrap(), badge);
        assert_eq!(stand.only_item("people").await, badge.to_item().unwrap());
        let mut new = Pass { state: "gone".into(), ..badge.clone() };
        new.update_from(&badge).await.unwrap();
        assert_eq!(stand.only_item("people").await, new.to_item().unwrap());
        assert_eq!(new.badge, "7");
    })
    .await;
}

fn of_user(changes: &[(&str, Option<&str>)]) -> Item {
    let mut item = user("a@x.com").to_item().unwrap();
    for (name, value) in changes {
        match value {
            Some(value) => _ = item.insert((*name).to_owned(), s(value)),
            None => _ = item.remove(*name),
        }
    }
    item
}

#[test]
fn a_key_that_does_not_hold_the_field_is_an_error_that_names_it() {
    for (item, attribute, message) in [
        (of_user(&[("gsi1pk", None)]), "gsi1pk", "`email`"),
        (of_user(&[("gsi1pk", Some("MAIL#a@x.com"))]), "gsi1pk", "form"),
        (of_user(&[("gsi1pk", Some("EMAIL#a@x.com#b"))]), "gsi1pk", "form"),
        (of_user(&[("gsi1pk", Some("EMAIL#a b"))]), "gsi1pk", "form"),
        (of_user(&[("gsi2sk", Some("000005#b@x.com"))]), "gsi2sk", "another value"),
    ] {
        let error = User::from_item(&item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(attribute)), "{error}");
        assert_eq!(error.model(), Some("User"));
        assert!(error.to_string().contains(message) && !error.to_string().contains("x.com"), "{error}");
    }
    // An item that is older than the second index, and one whose attributes have changed since.
    let item = of_user(&[("gsi2pk", None), ("gsi2sk", None), ("name", Some("Eve"))]);
    assert_eq!(User::from_item(&item).unwrap(), User { name: "Eve".into(), ..user("a@x.com") });
    let none = item_of_phone();
    assert_eq!(Phone::from_item(&none).unwrap(), phone(None));
}

fn item_of_phone() -> Item {
    let mut phone = phone(None).to_item().unwrap();
    phone.extend(item([("number", s("an attribute that the model does not declare"))]));
    phone
}

/// A form that holds only a part of a value.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "USER#{id}", range_key = "ALIAS")]
#[model(index(gsi1, hash_key = "ALIAS#{alias:lower}", range_key = "ALIAS"))]
struct Alias {
    id: u32,
    #[model(key_only)]
    alias: String,
}

#[tokio::test]
async fn a_value_that_the_key_does_not_hold_is_refused() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        let mut alias = Alias { id: 1, alias: "ann".into() };
        alias.create().await.unwrap();
        let mixed = Alias { id: 1, alias: "Ann".into() };
        for error in [
            mixed.clone().save().await.unwrap_err(),
            mixed.put().await.unwrap_err(),
            Alias::update(1).set(|a| a.alias, "Ann").await.unwrap_err(),
            alias.modify().set(|a| a.alias, "Ann").await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidKey, "{error}");
            assert!(error.to_string().contains("`alias`"), "{error}");
        }
        assert_eq!(stand.only_item("people").await, alias.to_item().unwrap());
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Sku(String);

/// A newtype that stands twice in its key, a number with two forms, and a generated id.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "PART#{id}", range_key = "PART", rename_all = "camelCase")]
#[model(index(gsi1, hash_key = "SKU#{sku}#{sku}", range_key = "{serial_number:06}#{state}"))]
#[model(index(gsi2, hash_key = "N#{serial_number:plain}", range_key = "{token}#SKU#{sku}"))]
struct Part {
    id: u32,
    #[model(key_only)]
    sku: Sku,
    #[model(key_only)]
    serial_number: u32,
    #[model(key_only, generated, sensitive)]
    token: String,
    state: String,
}

#[tokio::test]
async fn several_fields_of_all_types_are_read_from_their_keys() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        let sku = |text: &str| Sku(text.into());
        let mut part = Part { id: 1, sku: sku("a#b"), serial_number: 7, token: String::new(), state: "new".into() };
        part.save().await.unwrap();
        assert_eq!(part.token.len(), 36);
        let stored = stand.only_item("people").await;
        assert_eq!(stored["gsi1pk"], s("SKU#a%23b#a%23b"));
        assert_eq!(stored["gsi2pk"], s("N#7"));
        for name in ["sku", "serialNumber", "serial_number", "token"] {
            assert!(!stored.contains_key(name), "{stored:?}");
        }
        assert_eq!(Part::get(1).await.unwrap(), Some(part.clone()));
        assert_eq!(Part::index(People::GSI2).query(7).await.unwrap(), [part.clone()]);

        // The second key of the number holds nothing else, so it is compared.
        let update = || Part::update(1).set(|p| p.state, "old").assume(|p| p.serial_number, 7_u32);
        part.state = "old".into();
        assert_eq!(update().await.unwrap(), part);
        part.sku = sku("c");
        let token = part.token.clone();
        let update = Part::update(1).set(|p| p.sku, sku("c")).assume(|p| p.sku, sku("a#b")).assume(|p| p.token, token);
        assert_eq!(update.await.unwrap(), part);
        part.clone().modify().set(|p| p.serial_number, 8_u32).await.unwrap();
        part.serial_number = 8;
        let stored = stand.only_item("people").await;
        assert_eq!(stored, part.to_item().unwrap());

        let mut other = stored.clone();
        other.insert("gsi1pk".into(), s("SKU#c#d"));
        let error = Part::from_item(&other).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("gsi1pk")), "{error}");
        let mut other = stored.clone();
        other.insert("gsi2pk".into(), s("N#08"));
        let error = Part::from_item(&other).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("gsi2pk")), "{error}");
        assert_eq!(Part::from_dict(&part.to_dict().unwrap()).unwrap(), part);
        assert!(
            !format!("{:?}", Part::update(1).set(|p| p.token, "secret").set(|p| p.sku, sku("c")).explain())
                .contains("secret")
        );
    })
    .await;
}

/// A field with an optional last part after it.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "USER#{id}", range_key = "VISIT")]
#[model(index(gsi1, hash_key = "VISITS", range_key = "EMAIL#{email}#{seen?}"))]
struct Visit {
    id: u32,
    #[model(key_only)]
    email: String,
    seen: Option<u32>,
}

#[tokio::test]
async fn an_optional_part_may_follow_the_field() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        for seen in [None, Some(7)] {
            let mut visit = Visit { id: 1, email: "a@x.com".into(), seen };
            visit.save().await.unwrap();
            assert_eq!(Visit::get(1).await.unwrap(), Some(visit.clone()));
            assert_eq!(Visit::index(People::GSI1).query(()).await.unwrap(), [visit.clone()]);

            // The condition compares the old key, which ends early without the part.
            let update = || Visit::update(1).set(|v| v.seen, 9).assume(|v| v.email, "a@x.com");
            let wrong = update().assume(|v| v.seen, 8).await.unwrap_err();
            assert_eq!(wrong.kind(), ErrorKind::ConditionFailed, "{wrong}");
            let updated = match seen {
                None => update().assume_absent(|v| v.seen).await.unwrap(),
                Some(seen) => update().assume(|v| v.seen, seen).await.unwrap(),
            };
            assert_eq!(updated, Visit { seen: Some(9), ..visit.clone() });
            assert_eq!(stand.only_item("people").await, updated.to_item().unwrap());

            visit = updated;
            visit.modify().remove(|v| v.seen).set(|v| v.email, "b@x.com").await.unwrap();
            assert_eq!(visit, Visit { id: 1, email: "b@x.com".into(), seen: None });
            assert_eq!(stand.only_item("people").await, visit.to_item().unwrap());
        }
    })
    .await;
}
