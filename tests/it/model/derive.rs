//! Models of both styles: where their keys come from, and which items are theirs.

use singlet::{Attribute, Binary, ErrorKind, Model, Table};

use crate::shop::{Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, item, n, s};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
    name: String,
}

#[tokio::test]
async fn plain_keys_are_fields() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        let mut user = User { pk: "USER#1".into(), sk: "PROFILE".into(), name: "Ann".into() };
        user.save().await.unwrap();
        let expected = item([("pk", s("USER#1")), ("sk", s("PROFILE")), ("name", s("Ann"))]);
        assert_eq!(stand.only_item("users").await, expected);
        assert_eq!(User::get(("USER#1", "PROFILE")).await.unwrap(), Some(user));
        assert_eq!(User::get(("USER#1", "profile")).await.unwrap(), None);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "aliased")]
struct Aliased {
    #[model(partition_key)]
    tenant: String,
    #[model(sort_key, rename = "when")]
    day: u32,
}

#[derive(Table)]
#[table(name = "aliases", partition_key = "tenant", sort_key = "when", sort_key_type = "N")]
struct Aliases;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Aliases, partition_key = "T#{tenant}")]
struct Mixed {
    #[model(rename = "tenant_name")]
    tenant: String,
    #[model(sort_key, rename = "when")]
    day: u32,
}

#[tokio::test]
async fn partition_key_and_sort_key_are_accepted_names() {
    stand::run(async |stand| {
        Aliased::create_table().await.unwrap();
        let mut aliased = Aliased { tenant: "a".into(), day: 7 };
        aliased.save().await.unwrap();
        assert_eq!(stand.only_item("aliased").await, item([("tenant", s("a")), ("when", n(7))]));
        assert_eq!(Aliased::get(("a", 7)).await.unwrap(), Some(aliased));

        Aliases::create_table().await.unwrap();
        let mut mixed = Mixed { tenant: "a#b".into(), day: 7 };
        mixed.save().await.unwrap();
        let expected = item([("tenant", s("T#a%23b")), ("tenant_name", s("a#b")), ("when", n(7))]);
        assert_eq!(stand.only_item("aliases").await, expected);
        assert_eq!(Mixed::get(("a#b", 7)).await.unwrap(), Some(mixed));
    })
    .await;
}

#[test]
fn templates_make_the_keys_and_the_entity_is_written() {
    let stored = customer("c-1").to_item().unwrap();
    for (name, text) in [
        ("pk", "CUSTOMER#c-1"),
        ("sk", "PROFILE"),
        ("_type", "Customer"),
        ("gsi1pk", "EMAIL#c-1@example.com"),
        ("gsi1sk", "CUSTOMER"),
        ("id", "c-1"),
    ] {
        assert_eq!(stored[name], s(text), "{name}");
    }
    assert!(!stored.contains_key("nick"));
    assert_eq!(order("c-1", 42).to_item().unwrap()["sk"], s("ORDER#000042"));
}

#[test]
fn index_keys_of_an_absent_field_are_absent() {
    let stored = Customer { email: None, ..customer("c-1") }.to_item().unwrap();
    assert!(!stored.contains_key("gsi1pk") && !stored.contains_key("gsi1sk"));
    assert!(stored.contains_key("pk"));
}

#[tokio::test]
async fn an_item_without_index_keys_can_be_saved() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut sparse = Customer { email: None, ..customer("c-1") };
        sparse.save().await.unwrap();
        assert_eq!(Customer::get("c-1").await.unwrap(), Some(sparse));
    })
    .await;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Attribute)]
#[attribute(rename_all = "lowercase")]
enum Region {
    North,
    South,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "R#{region}#{shop}", range_key = "{day}#N{number}#!#{shop}")]
struct Visit {
    #[model(key_only)]
    region: Region,
    shop: CustomerId,
    #[model(key_only)]
    day: time::Date,
    #[model(key_only)]
    number: i16,
}

#[tokio::test]
async fn key_only_fields_live_in_the_key_alone() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let day = time::Date::from_calendar_date(2024, time::Month::March, 1).unwrap();
        let mut visit = Visit { region: Region::South, shop: CustomerId("#1".into()), day, number: -5 };
        visit.save().await.unwrap();
        let expected = item([
            ("pk", s("R#south#%231")),
            ("sk", s("2024-03-01#Nn99994#!#%231")),
            ("shop", s("#1")),
            ("_type", s("Visit")),
        ]);
        assert_eq!(stand.only_item("shop").await, expected);
        let key = (Region::South, "#1", day, -5_i16);
        assert_eq!(Visit::get(key).await.unwrap(), Some(visit.clone()));
        assert_eq!(visit.key().unwrap().parts().unwrap(), (Region::South, visit.shop, day, -5));
        assert_ne!(Region::North, Region::South);
    })
    .await;
}

#[tokio::test]
async fn another_entity_under_the_key_is_an_error() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let foreign = item([("pk", s("CUSTOMER#c-1")), ("sk", s("PROFILE")), ("_type", s("Robot"))]);
        stand.put_raw("shop", foreign).await;
        let error = Customer::get("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some("Customer")));
        assert!(!Customer::exists("c-1").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_missing_entity_is_an_error_unless_it_is_optional() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE", entity = "optional")]
    struct Legacy {
        id: CustomerId,
    }

    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let old = item([("pk", s("CUSTOMER#c-1")), ("sk", s("PROFILE")), ("id", s("c-1"))]);
        stand.put_raw("shop", old).await;
        assert_eq!(Legacy::get("c-1").await.unwrap(), Some(Legacy { id: CustomerId("c-1".into()) }));
        assert!(Legacy::exists("c-1").await.unwrap());
        assert_eq!(Customer::get("c-1").await.unwrap_err().kind(), ErrorKind::WrongEntity);
        assert!(!Customer::exists("c-1").await.unwrap());

        // An optional entity may be missing, not wrong.
        customer("c-1").save().any_entity().await.unwrap();
        assert_eq!(Legacy::get("c-1").await.unwrap_err().kind(), ErrorKind::WrongEntity);
    })
    .await;
}

#[test]
fn the_entity_of_an_item_may_stand_behind_what_does_not_fit() {
    let line = OrderLine { customer: CustomerId("c-1".into()), order: 1, line: 1 };
    assert_eq!(Order::from_item(&line.to_item().unwrap()).unwrap_err().kind(), ErrorKind::WrongEntity);
}

#[test]
fn an_entity_may_have_a_name_of_its_own() {
    #[derive(Debug, Model)]
    #[model(table = Shop, hash_key = "X#{id}", range_key = "X", entity_name = "x/1 \"quoted\"")]
    struct Named {
        id: u8,
    }
    let stored = Named { id: 1 }.to_item().unwrap();
    assert_eq!(stored["_type"], s("x/1 \"quoted\""));
    assert_eq!(Named::from_item(&stored).unwrap().id, 1);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "binary_keys")]
struct BinaryKeys {
    #[model(hash_key)]
    hash: Binary,
    #[model(range_key)]
    range: singlet::Number,
}

#[tokio::test]
async fn keys_may_be_numbers_and_bytes() {
    stand::run(async |_| {
        BinaryKeys::create_table().await.unwrap();
        for digits in ["-12.5", "0", "1e2", "99999999999999999999999999999999999999"] {
            let range = digits.parse().unwrap();
            let mut saved = BinaryKeys { hash: vec![0, 255, 128].into(), range };
            saved.save().await.unwrap();
            let key = (vec![0, 255, 128], range);
            assert_eq!(BinaryKeys::get(key).await.unwrap(), Some(saved), "{digits}");
        }
        let all = BinaryKeys::query(vec![0, 255, 128]).await.unwrap();
        assert!(all.is_sorted_by_key(|keys| keys.range) && all.len() == 4);
    })
    .await;
}

#[test]
fn a_key_comes_from_parts_or_a_value_and_gives_the_parts_back() {
    let key = Order::key_of(("c#1", 42)).unwrap();
    assert_eq!(key, Order { customer: CustomerId("c#1".into()), ..order("", 42) }.key().unwrap());
    assert_eq!(key.hash().as_str(), Some("CUSTOMER#c%231"));
    assert_eq!(key.parts().unwrap(), (CustomerId("c#1".into()), 42));
    assert!(!format!("{key:?}").contains("c%231"));
}

#[tokio::test]
async fn a_whole_key_is_accepted_where_parts_are() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut saved = order("c-1", 42);
        saved.save().await.unwrap();
        let key = saved.key().unwrap();
        assert_eq!(Order::get(&key).await.unwrap(), Some(saved));
        assert!(Order::exists(&key).await.unwrap());
        Order::delete_by_key(key.clone()).await.unwrap();
        assert_eq!(Order::get(key).await.unwrap(), None);
    })
    .await;
}

#[test]
fn a_missing_entity_goes_before_what_does_not_fit() {
    let mut stored = order("c-1", 1).to_item().unwrap();
    stored.remove("_type");
    stored.insert("cents".into(), s("free"));
    assert_eq!(Order::from_item(&stored).unwrap_err().kind(), ErrorKind::WrongEntity);
}
