//! What each action of an update does to the stored item.

use std::collections::BTreeSet;

use singlet::{Binary, ErrorKind, Model, Table};

use crate::basket::{Basket, Details, Inner, State, bare, full, line};
use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand::{self, item, n, s};
use crate::transport::Transport;

async fn stored(mut basket: Basket) -> Basket {
    Basket::create_table().await.unwrap();
    basket.create().await.unwrap();
    basket
}

#[tokio::test]
async fn set_replaces_values_of_every_kind() {
    stand::run(async |_| {
        let old = stored(bare(1)).await;
        let from = full(1);
        let new = Basket::update(1)
            .set(|b| b.owner, "bob")
            .set(|b| b.count, -3)
            .set(|b| b.total, 30)
            .set(|b| b.note, "handle with care")
            .set(|b| b.lines, from.lines.clone())
            .set(|b| b.marks, from.marks.clone().unwrap())
            .set(|b| b.tags, from.tags.clone())
            .set(|b| b.codes, from.codes.clone())
            .set(|b| b.blobs, from.blobs.clone())
            .set(|b| b.prices, from.prices.clone())
            .set(|b| b.details, from.details.clone().unwrap())
            .set(|b| b.photo, from.photo.clone().unwrap())
            .set(|b| b.state, State::Paid)
            .set(|b| b.gift, true)
            .await
            .unwrap();
        let expected = Basket { owner: "bob".into(), count: -3, limit: old.limit, ..from };
        assert_eq!(new, expected);
        assert_eq!(Basket::get(1).consistent().await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn set_copies_what_another_path_holds() {
    stand::run(async |_| {
        stored(full(1)).await;
        let update = Basket::update(1)
            .set(|b| b.limit, Basket::FIELDS.total)
            .set(|b| b.count, Basket::FIELDS.lines.at(1).price)
            .set(|b| b.lines.at(0).sku, Basket::FIELDS.owner);
        let new = update.await.unwrap();
        assert_eq!((new.limit, new.count, new.lines[0].sku.as_str()), (Some(30), 20, "ann"));
    })
    .await;
}

#[tokio::test]
async fn set_or_remove_follows_the_option() {
    stand::run(async |stand| {
        stored(bare(1)).await;
        let new = Basket::update(1).set_or_remove(|b| b.note, Some("x")).await.unwrap();
        assert_eq!(new.note.as_deref(), Some("x"));
        let new = Basket::update(1).set_or_remove(|b| b.note, None::<String>).await.unwrap();
        assert_eq!(new.note, None);
        assert!(!stand.only_item("baskets").await.contains_key("note"));
    })
    .await;
}

#[tokio::test]
async fn set_if_absent_keeps_what_is_there() {
    stand::run(async |_| {
        stored(bare(1)).await;
        let new = Basket::update(1).set_if_absent(|b| b.total, 1).set_if_absent(|b| b.count, 9).await.unwrap();
        assert_eq!((new.total, new.count), (Some(1), 5));
        let new = Basket::update(1).set_if_absent(|b| b.total, 2).await.unwrap();
        assert_eq!(new.total, Some(1));
    })
    .await;
}

#[tokio::test]
async fn add_and_subtract_start_from_zero() {
    stand::run(async |_| {
        stored(bare(1)).await;
        let new = Basket::update(1).add(|b| b.total, 4).subtract(|b| b.limit, 4).add(|b| b.count, -6).await.unwrap();
        assert_eq!((new.total, new.limit, new.count), (Some(4), Some(-4), -1));
        let new =
            Basket::update(1).add(|b| b.total, 4).subtract(|b| b.limit, 4).subtract(|b| b.count, -6).await.unwrap();
        assert_eq!((new.total, new.limit, new.count), (Some(8), Some(-8), 5));
        let new = Basket::update(1).add(|b| b.total, Basket::FIELDS.count).await.unwrap();
        assert_eq!(new.total, Some(13));
    })
    .await;
}

#[tokio::test]
async fn lists_grow_at_both_ends_and_start_empty() {
    stand::run(async |_| {
        stored(bare(1)).await;
        let new = Basket::update(1).append(|b| b.marks, ["a", "b"]).prepend(|b| b.lines, [line("x", 1)]).await.unwrap();
        assert_eq!((new.marks.unwrap(), new.lines), (vec!["a".to_owned(), "b".into()], vec![line("x", 1)]));
        let new = Basket::update(1).prepend(|b| b.marks, ["y", "z"]).append(|b| b.lines, [line("w", 2)]).await.unwrap();
        assert_eq!(new.marks.unwrap(), ["y", "z", "a", "b"]);
        assert_eq!(new.lines, [line("x", 1), line("w", 2)]);
        let new = Basket::update(1).append(|b| b.marks, [""; 0]).await.unwrap();
        assert_eq!(new.marks.unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn sets_take_and_lose_elements() {
    stand::run(async |stand| {
        stored(bare(1)).await;
        let new = Basket::update(1)
            .add_elements(|b| b.tags, ["a", "b", "a"])
            .add_elements(|b| b.codes, [3, 4])
            .add_elements(|b| b.blobs, [Binary::from(&b"\x07"[..])])
            .await
            .unwrap();
        assert_eq!((new.tags.len(), new.codes, new.blobs.len()), (2, [3, 4].into(), 1));
        let new = Basket::update(1).delete_elements(|b| b.tags, ["a", "z"]).delete_elements(|b| b.codes, [3]).await;
        let new = new.unwrap();
        assert_eq!((new.tags, new.codes), (["b".to_owned()].into(), [4].into()));
        // The last element takes the attribute with it; where there is none, nothing happens.
        let new = Basket::update(1).delete_elements(|b| b.tags, ["b"]).await.unwrap();
        assert_eq!(new.tags, BTreeSet::new());
        assert!(!stand.only_item("baskets").await.contains_key("tags"));
        Basket::update(1).delete_elements(|b| b.tags, ["b"]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_elements_change_nothing() {
    stand::run(async |_| {
        stored(full(1)).await;
        let new = Basket::update(1).add_elements(|b| b.tags, [""; 0]).set(|b| b.count, 1).await.unwrap();
        assert_eq!(new.tags, full(1).tags);
        let error = Basket::update(1).delete_elements(|b| b.tags, [""; 0]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn setting_an_empty_set_removes_it() {
    stand::run(async |stand| {
        stored(full(1)).await;
        let new = Basket::update(1).set(|b| b.tags, BTreeSet::<String>::new()).await.unwrap();
        assert_eq!(new.tags, BTreeSet::new());
        assert!(!stand.only_item("baskets").await.contains_key("tags"));
    })
    .await;
}

#[tokio::test]
async fn remove_takes_optional_fields_elements_and_entries() {
    stand::run(async |_| {
        stored(full(1)).await;
        let new = Basket::update(1)
            .remove(|b| b.note)
            .remove(|b| b.lines.at(0))
            .remove(|b| b.prices.key("a.b"))
            .remove(|b| b.details.color)
            .await
            .unwrap();
        assert_eq!((new.note, new.lines), (None, vec![line("b", 20)]));
        assert_eq!(new.prices, [("c d".to_owned(), 2)].into());
        assert_eq!(new.details, Some(Details { color: None, inner: Some(Inner { level: Some(3) }) }));
        // What is not there can be removed.
        let new = Basket::update(1).remove(|b| b.note).remove(|b| b.lines.at(7)).await.unwrap();
        assert_eq!(new.lines.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn nested_places_are_set_and_computed() {
    stand::run(async |_| {
        stored(full(1)).await;
        let new = Basket::update(1)
            .set(|b| b.lines.at(1).sku, "c")
            .add(|b| b.lines.at(0).price, 5)
            .set(|b| b.prices.key("new #"), 7)
            .subtract(|b| b.prices.key("a.b"), 3)
            .set(|b| b.details.color, "blue")
            .add(|b| b.details.inner.level, 1)
            .append(|b| b.marks, ["z"])
            .await
            .unwrap();
        assert_eq!(new.lines, [line("a", 15), line("c", 20)]);
        let prices = [("a.b", -2), ("c d", 2), ("new #", 7)].map(|(key, price)| (key.to_owned(), price));
        assert_eq!(new.prices, prices.into());
        assert_eq!(new.details.unwrap().inner.unwrap().level, Some(4));
        // An index past the end appends.
        let new = Basket::update(1).set(|b| b.lines.at(9), line("d", 1)).await.unwrap();
        assert_eq!(new.lines[2], line("d", 1));
    })
    .await;
}

#[tokio::test]
async fn unknown_attributes_stay() {
    stand::run(async |stand| {
        let mut item = stored(bare(1)).await.to_item().unwrap();
        item.insert("unknown".into(), s("of another tool"));
        stand.put_raw("baskets", item.clone()).await;
        Basket::update(1).set(|b| b.note, "x").await.unwrap();
        item.insert("note".into(), s("x"));
        assert_eq!(stand.only_item("baskets").await, item);
    })
    .await;
}

#[tokio::test]
async fn an_update_of_nothing_is_refused_unsent() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let error = Basket::update(1).client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Basket")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_missing_item_is_not_found_and_no_ghost_is_made() {
    stand::run(async |stand| {
        Basket::create_table().await.unwrap();
        for update in [
            Basket::update(1).set(|b| b.note, "x"),
            Basket::update(1).add(|b| b.count, 1).when(|b| b.count.ge(0)),
            Basket::update(1).set(|b| b.details.inner.level, 1).create_parents(),
        ] {
            let error = update.await.unwrap_err();
            assert_eq!(
                (error.kind(), error.model(), error.table()),
                (ErrorKind::NotFound, Some("Basket"), Some("baskets"))
            );
        }
        let error = bare(1).modify().set(|b| b.note, "x").await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(stand.stored("baskets").await, []);
    })
    .await;
}

#[tokio::test]
async fn an_item_of_another_model_stays() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let foreign = item([("pk", s("CUSTOMER#c-1")), ("sk", s("PROFILE")), ("_type", s("Other")), ("points", n(1))]);
        stand.put_raw("shop", foreign.clone()).await;
        let error = Customer::update("c-1").add(|c| c.points, 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongEntity);
        let error = Customer::update("c-1").set(|c| c.address.city, "Rome").create_parents().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongEntity);
        assert_eq!(stand.only_item("shop").await, foreign);
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_is_chosen() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        order("c-1", 1).create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let update = |cents: u64| Order::update(("c-1", 1)).set(|o| o.cents, cents).client(&client);
        assert_eq!(update(1).await.unwrap().cents, 1);
        assert_eq!(update(2).return_old().await.unwrap().map(|old| old.cents), Some(1));
        let () = update(3).return_nothing().await.unwrap();
        let detailed = update(4).detailed().await.unwrap();
        assert_eq!((detailed.value.cents, detailed.attempts, detailed.cost.write), (4, 1, 1.0));
        let asked: Vec<_> = transport.sent().iter().map(|sent| sent.json()["ReturnValues"].clone()).collect();
        assert_eq!(asked, ["ALL_NEW".into(), "ALL_OLD".into(), serde_json::Value::Null, "ALL_NEW".into()]);
        assert_eq!(Order::get(("c-1", 1)).await.unwrap().unwrap().cents, 4);
    })
    .await;
}

#[tokio::test]
async fn modify_takes_over_what_is_stored_after_success_only() {
    stand::run(async |_| {
        let mut local = stored(bare(1)).await;
        Basket::update(1).set(|b| b.note, "of somebody else").await.unwrap();
        let before = local.clone();
        let error = local.modify().add(|b| b.count, 1).when(|b| b.count.gt(100)).await.unwrap_err();
        assert!(error.is_condition_failed());
        assert_eq!(local, before);
        local.modify().add(|b| b.count, 1).when(|b| b.count.lt(100)).await.unwrap();
        assert_eq!((local.count, local.note.as_deref()), (6, Some("of somebody else")));
    })
    .await;
}

#[tokio::test]
async fn a_failed_condition_gives_the_stored_item() {
    stand::run(async |_| {
        let stored = stored(full(1)).await;
        let error = Basket::update(1).add(|b| b.count, 1).when(|b| b.count.gt(100)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(error.old::<Basket>().unwrap(), Some(stored));
        assert_eq!(error.old::<Customer>().unwrap_or_default(), None);
        let wrong_type = Basket::update(1).set(|b| b.owner, "x").when_raw("attribute_type(#o, :t)").await.unwrap_err();
        assert_eq!(wrong_type.kind(), ErrorKind::Validation, "placeholders without names");
    })
    .await;
}

#[tokio::test]
async fn updates_show_no_values() {
    const SECRET: &str = "hunter2";
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        customer(SECRET).create().await.unwrap();
        let update = || Customer::update(SECRET).set(|c| c.address.city, SECRET);
        let mut errors = vec![
            update().when(|c| c.nick.eq(SECRET)).await.unwrap_err(),
            Customer::update("gone").set(|c| c.nick, SECRET).await.unwrap_err(),
            update().set(|c| c.address.city, SECRET).await.unwrap_err(),
            update().set(|c| c.nick, SECRET.repeat(200_000)).await.unwrap_err(),
            Customer::update(SECRET).set(|c| c.email, SECRET.repeat(1_000)).await.unwrap_err(),
            Customer::upsert(SECRET).set(|c| c.nick, SECRET).await.unwrap_err(),
        ];
        errors.push(
            Basket::update(1).set(|b| b.prices.key(SECRET), 1).remove(|b| b.prices.key(SECRET)).await.unwrap_err(),
        );
        for error in errors {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(SECRET), "{shown}");
        }
        let condition = Customer::FIELDS.nick.eq(SECRET);
        let shown = format!("{:?} {condition:?}", update().when(|_| condition.clone()));
        assert!(!shown.contains(SECRET), "{shown}");
    })
    .await;
}
