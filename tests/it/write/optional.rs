//! Writes from optional parts, deletes that require their item, and puts from shared references.

use futures_util::future::try_join_all;
use singlet::{ErrorKind, ExpiresIn, Key, Model, TTLAttribute, Table, Unmanaged};

use crate::shop::{Customer, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, item, s};
use crate::transport::Transport;

#[tokio::test]
async fn set_if_some_sets_what_is_given() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut ann = Customer { nick: Some("annie".into()), ..customer("ann") };
        ann.create().await.unwrap();
        for (points, nick) in [(None, None), (Some(9), None), (None, Some("a")), (Some(4), Some("b"))] {
            let update = Customer::update("ann").set_if_some(|c| c.points, points).set_if_some(|c| c.nick, nick);
            assert_eq!(update.is_empty(), points.is_none() && nick.is_none());
            let new = update.skip_if_empty().await.unwrap();
            assert_eq!(new.is_some(), points.is_some() || nick.is_some());
            ann.points = points.unwrap_or(ann.points);
            ann.nick = nick.map(str::to_owned).or(ann.nick);
            assert_eq!(Customer::get("ann").consistent().await.unwrap().as_ref(), Some(&ann));
            assert!(new.is_none_or(|new| new == ann));
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_update_sends_nothing_if_it_may_be_empty() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let empty = || Customer::update("ann").client(&client);
        assert_eq!(empty().skip_if_empty().await.unwrap(), None);
        assert_eq!(empty().when(|c| c.points.gt(100)).skip_if_empty().await.unwrap(), None);
        assert_eq!(empty().return_nothing().skip_if_empty().await.unwrap(), None);
        assert_eq!(empty().return_old().skip_if_empty().await.unwrap(), None);
        let mut ann = customer("ann");
        let old = ann.clone();
        assert_eq!(ann.modify().client(&client).skip_if_empty().await.unwrap(), None);
        assert_eq!(ann.update_from(&old).client(&client).skip_if_empty().await.unwrap(), None);
        assert_eq!(empty().await.unwrap_err().kind(), ErrorKind::Validation);
        let error = Customer::update("").client(&client).skip_if_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
        // An upsert may create the item, so it is not empty: this one lacks attributes of a new item.
        let error = Customer::upsert("ann").client(&client).skip_if_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(transport.sent().is_empty());

        let missing = empty().set(|c| c.points, 1).skip_if_empty().await.unwrap_err();
        assert!(missing.is_not_found());
        ann.create().await.unwrap();
        let old = empty().set(|c| c.points, 1).return_old().skip_if_empty().await.unwrap();
        assert_eq!(old, Some(Some(ann)));
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_optional_parameters_reads_what_the_given_ones_allow() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let orders: Vec<Order> = (1..=6).map(|id| Order { cents: u64::from(id) * 100, ..order("ann", id) }).collect();
        singlet::batch_write().put_all(&orders).await.unwrap();
        let bounds = [None, Some(200), Some(500)];
        for (least, most) in bounds.iter().flat_map(|least| bounds.map(|most| (*least, most))) {
            let is_wanted = |o: &&Order| least.is_none_or(|l| o.cents >= l) && most.is_none_or(|m| o.cents <= m);
            let expected: Vec<Order> = orders.iter().filter(is_wanted).cloned().collect();
            let query = Order::query("ann").filter_if_some(least, |o, least| o.cents.ge(least));
            let found = query.filter_if_some(most, |o, most| o.cents.le(most)).await.unwrap();
            assert_eq!(found, expected, "{least:?} {most:?}");
            let scan = Order::scan().filter_if_some(least, |o, least| o.cents.ge(least));
            let count = scan.filter_if_some(most, |o, most| o.cents.le(most)).count().await.unwrap();
            assert_eq!(usize::try_from(count).unwrap(), expected.len());
        }
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "NOTE#{id}", range_key = "NOTE", expired = "hide")]
struct Note {
    id: u32,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "LOGIN#{id}", range_key = "LOGIN")]
struct Login {
    id: u32,
    #[model(unique)]
    name: String,
}

#[tokio::test]
async fn a_delete_that_requires_its_item_is_not_found_without_one() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let is_not_found = |result: singlet::Result<()>| assert_eq!(result.unwrap_err().kind(), ErrorKind::NotFound);

        // A model without a version, alone and in a transaction.
        order("ann", 1).create().await.unwrap();
        Order::delete_by_key(("ann", 1)).exists().await.unwrap();
        is_not_found(Order::delete_by_key(("ann", 1)).exists().await);
        is_not_found(singlet::transact_write().write(Order::delete_by_key(("ann", 1)).exists()).await);
        order("ann", 1).create().await.unwrap();
        let delete = Order::delete_by_key(("ann", 1)).exists().when(|o| o.cents.gt(1_000_000));
        assert_eq!(delete.await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        let old = Order::delete_by_key(("ann", 1)).exists().return_old().await.unwrap();
        assert_eq!(old, Some(order("ann", 1)));
        Order::delete_by_key(("ann", 1)).await.unwrap();

        // A version: a missing item is not a conflict, another version is.
        let mut note = Note { id: 1, version: 0, expires_at: None };
        note.create().await.unwrap();
        let stale = note.clone();
        note.save().await.unwrap();
        assert_eq!(stale.delete().exists().await.unwrap_err().kind(), ErrorKind::VersionConflict);
        note.delete().exists().await.unwrap();
        is_not_found(note.delete().exists().await);

        // A unique value, whose delete is a transaction.
        let mut login = Login { id: 1, name: "ann".into() };
        login.create().await.unwrap();
        login.delete().exists().await.unwrap();
        is_not_found(login.delete().exists().await);
        is_not_found(Login::delete_by_key(1).exists().any_entity().await);
    })
    .await;
}

#[tokio::test]
async fn an_existing_item_of_another_entity_is_named_by_a_delete_that_requires_its_item() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let stored = [("pk", s("CUSTOMER#ann")), ("sk", s("ORDER#000001")), ("_type", s("Invoice"))];
        stand.put_raw("shop", item(stored)).await;
        let error = Order::delete_by_key(("ann", 1)).exists().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongEntity);
        Order::delete_by_key(("ann", 1)).exists().any_entity().await.unwrap();
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

#[tokio::test]
async fn an_expired_item_does_not_exist_for_a_delete_if_it_is_hidden() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut note = Note { id: 1, version: 0, expires_at: Some(ExpiresIn::minutes(1)) };
        note.create().await.unwrap();
        stand.advance(120);
        let error = Note::delete_by_key(1).exists().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        Note::delete_by_key(1).await.unwrap();
    })
    .await;
}

async fn put_and_load<M: Model + Unmanaged>(item: &M) -> singlet::Result<Option<M>> {
    item.put().await?;
    let key: Key<M> = item.key()?;
    M::get(&key).consistent().await
}

#[tokio::test]
async fn an_unmanaged_model_is_put_from_a_shared_reference() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let (ann, order) = (customer("ann"), order("ann", 1));
        assert_eq!(put_and_load(&ann).await.unwrap().as_ref(), Some(&ann));
        assert_eq!(put_and_load(&order).await.unwrap().as_ref(), Some(&order));

        let lines: Vec<OrderLine> =
            (1..=3).map(|line| OrderLine { customer: ann.id.clone(), order: 1, line }).collect();
        singlet::transact_write().write_all(lines.iter().map(OrderLine::put)).write(ann.put()).await.unwrap();
        assert_eq!(OrderLine::query("ann").await.unwrap(), lines);

        // Conditions, the replaced item and unique values are those of a save.
        let refused = order.put().when(|o| o.cents.lt(5)).await.unwrap_err();
        assert_eq!(refused.old::<Order>().unwrap().as_ref(), Some(&order));
        assert_eq!(order.put().return_old().await.unwrap().as_ref(), Some(&order));
        let logins = [1, 2].map(|id| Login { id, name: "ann".into() });
        logins[0].put().await.unwrap();
        let error = logins[1].put().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::NotUnique, Some("name")));
    })
    .await;
}

#[tokio::test]
async fn operations_are_joined_by_their_futures() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut orders: Vec<Order> = (1..=5).map(|id| order("ann", id)).collect();
        try_join_all(orders.iter_mut().map(|order| order.create().into_future())).await.unwrap();
        let updates = (1..=5).map(|id| Order::update(("ann", id)).set(|o| o.cents, 5).into_future());
        assert!(try_join_all(updates).await.unwrap().iter().all(|order| order.cents == 5));
        let missing = (4..=6).map(|id| Order::delete_by_key(("ann", id)).exists().into_future());
        assert!(try_join_all(missing).await.unwrap_err().is_not_found());
        let found = try_join_all((1..=3).map(|id| Order::get(("ann", id)).into_future())).await.unwrap();
        assert!(found.iter().all(Option::is_some));
        // The keys name their model.
        singlet::batch_write().delete_all_by_key(Order::query("ann").keys().await.unwrap()).await.unwrap();
        assert_eq!(Order::query("ann").count().await.unwrap(), 0);
    })
    .await;
}
