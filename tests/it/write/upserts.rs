//! Upserts: they create items that can be read, merge into those of their model, and leave others alone.

use singlet::{ErrorKind, Model, Table};

use crate::basket::{Basket, State, bare, full};
use crate::shop::{Address, Customer, CustomerId, Order, Shop, customer, order};
use crate::stand::{self, item, s};
use crate::transport::Transport;

fn address() -> Address {
    Address { street: "Rue 1".into(), city: "Paris".into() }
}

#[tokio::test]
async fn an_upsert_creates_what_a_create_would() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let new = Customer::upsert("c-1")
            .set(|c| c.email, "c-1@example.com")
            .set(|c| c.points, 7)
            .set(|c| c.address, address())
            .await
            .unwrap();
        assert_eq!(new, customer("c-1"));
        assert_eq!(stand.only_item("shop").await, customer("c-1").to_item().unwrap());
        let old = Order::upsert(("c-1", 1)).set(|o| o.cents, 1_990).return_old().await.unwrap();
        assert_eq!((old, Order::get(("c-1", 1)).await.unwrap()), (None, Some(order("c-1", 1))));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_that_computes_creates_from_nothing() {
    stand::run(async |_| {
        Basket::create_table().await.unwrap();
        let upsert = || {
            Basket::upsert(1)
                .set(|b| b.owner, "ann")
                .add(|b| b.count, 5)
                .append(|b| b.lines, [] as [crate::basket::Line; 0])
                .set_if_absent(|b| b.state, State::Open)
                .set_if_absent(|b| b.gift, false)
                .set_if_absent(|b| b.prices, std::collections::BTreeMap::new())
        };
        assert_eq!(upsert().await.unwrap(), bare(1));
        assert_eq!(upsert().await.unwrap(), Basket { count: 10, ..bare(1) });
    })
    .await;
}

#[tokio::test]
async fn an_upsert_merges_into_the_item() {
    stand::run(async |stand| {
        Basket::create_table().await.unwrap();
        let mut stored = full(1).to_item().unwrap();
        stored.insert("unknown".into(), s("of another tool"));
        stand.put_raw("baskets", stored.clone()).await;
        let template = bare(1);
        let old = Basket::upsert(1)
            .set(|b| b.owner, "bob")
            .set(|b| b.count, 1)
            .set(|b| b.lines, template.lines)
            .set(|b| b.prices, template.prices)
            .set(|b| b.state, State::Open)
            .set(|b| b.gift, false)
            .return_old()
            .await
            .unwrap();
        assert_eq!(old, Some(full(1)));
        assert_eq!(stand.only_item("baskets").await["unknown"], s("of another tool"));
        let expected = Basket {
            owner: "bob".into(),
            count: 1,
            lines: vec![],
            prices: bare(1).prices,
            state: State::Open,
            gift: false,
            ..full(1)
        };
        assert_eq!(Basket::get(1).await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn what_the_model_requires_must_be_set() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let upsert = || Customer::upsert("c-1").client(&client).set(|c| c.nick, "annie");
        let error = upsert().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("address")));
        // Part of what is required is not all of it.
        let error = upsert().set(|c| c.address.city, "Paris").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("address")));
        assert_eq!(transport.sent().len(), 0);
        // `points` has a default, and the others are optional.
        Shop::create_table().await.unwrap();
        let new = upsert().set(|c| c.address, address()).await.unwrap();
        let expected = Customer { email: None, points: 0, nick: Some("annie".into()), ..customer("c-1") };
        assert_eq!(new, expected);
    })
    .await;
}

#[tokio::test]
async fn an_item_of_another_model_is_unchanged() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let foreign = item([("pk", s("CUSTOMER#c-1")), ("sk", s("PROFILE")), ("_type", s("Other"))]);
        stand.put_raw("shop", foreign.clone()).await;
        let error = Customer::upsert("c-1").set(|c| c.address, address()).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some("Customer")));
        assert_eq!(stand.only_item("shop").await, foreign);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_under_a_condition() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let upsert = |cents: u64| Order::upsert((CustomerId("c-1".into()), 1)).set(|o| o.cents, cents);
        let error = upsert(1).when(|o| o.cents.lt(5)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(stand.stored("shop").await, []);
        upsert(1).when(|o| o.cents.not_exists() | o.cents.lt(5)).await.unwrap();
        upsert(6).when(|o| o.cents.not_exists() | o.cents.lt(5)).await.unwrap();
        let error = upsert(7).when(|o| o.cents.not_exists() | o.cents.lt(5)).await.unwrap_err();
        assert_eq!(error.old::<Order>().unwrap().unwrap().cents, 6);
    })
    .await;
}
