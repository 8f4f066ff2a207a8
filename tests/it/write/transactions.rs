//! Transactions of writes: all of it happens, or nothing.

use singlet::{CancelReason, ErrorKind, ExpiresIn, Model, Operation, Table};

use crate::shop::{Customer, Order, Session, Shop, customer, order, session};
use crate::stand::{self, START};
use crate::transport::Transport;

#[tokio::test]
async fn writes_of_every_kind_happen_together() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        customer("c-2").create().await.unwrap();
        for id in 1..=3 {
            order("c-1", id).create().await.unwrap();
        }
        let mut live = session("live", ExpiresIn::hours(1));
        live.create().await.unwrap();

        let (mut saved, mut created) = (Order { cents: 1, ..order("c-1", 1) }, order("c-1", 9));
        let mut modified = order("c-1", 3);
        let transport = Transport::recording();
        singlet::transact_write()
            .write(saved.save())
            .write(created.create())
            .write(Order::delete_by_key(("c-1", 2)))
            .write(modified.modify().add(|o| o.cents, 10))
            .write(Customer::update("c-1").add(|c| c.points, 3).set(|c| c.email, "x@example.com"))
            .write(Order::upsert(("c-3", 1)).set(|o| o.cents, 5))
            .write(live.extend_ttl(ExpiresIn::hours(2)))
            .check(Customer::check("c-2").when(|c| c.points.ge(7)))
            .check(Customer::check("c-4").not_exists())
            .client(&stand.through(&transport))
            .await
            .unwrap();

        assert_eq!(transport.sent().iter().filter(|sent| sent.operation == "TransactWriteItems").count(), 1);
        assert_eq!(Order::get(("c-1", 1)).await.unwrap().unwrap().cents, 1);
        assert_eq!(Order::get(("c-1", 2)).await.unwrap(), None);
        assert_eq!(Order::get(("c-1", 3)).await.unwrap().unwrap().cents, 2_000);
        assert_eq!(Order::get(("c-1", 9)).await.unwrap(), Some(created));
        assert_eq!(Order::get(("c-3", 1)).await.unwrap().unwrap().cents, 5);
        let changed = Customer::get("c-1").await.unwrap().unwrap();
        assert_eq!((changed.points, changed.email.as_deref()), (10, Some("x@example.com")));
        // Local values are what is stored now.
        assert_eq!(modified.cents, 2_000);
        assert_eq!(live.expires_at.unwrap().epoch_seconds(), START + 7_200);
        assert_eq!(Session::get("live").await.unwrap(), Some(live));
    })
    .await;
}

#[tokio::test]
async fn nothing_happens_when_one_condition_fails() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        order("c-1", 3).create().await.unwrap();
        let before = stand.stored("shop").await;
        let (mut created, mut modified) = (order("c-1", 1), order("c-1", 3));
        let error = singlet::transact_write()
            .write(created.create())
            .write(modified.modify().add(|o| o.cents, 1))
            .write(Customer::update("c-1").add(|c| c.points, 1))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::NotFound, Some("Customer"), Some("shop")));
        assert_eq!(
            error.to_string(),
            "operation at index 2 of the transaction: there is no such item (model `Customer`, table `shop`)"
        );
        assert_eq!(stand.stored("shop").await, before);
        assert_eq!(modified, order("c-1", 3));
    })
    .await;
}

#[tokio::test]
async fn the_reasons_are_in_order_with_the_old_items() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        order("c-1", 1).create().await.unwrap();
        customer("c-1").create().await.unwrap();
        let error = singlet::transact_write()
            .write(order("c-1", 5).save())
            .write(order("c-1", 1).create())
            .write(Customer::update("c-1").add(|c| c.points, 1).when(|c| c.points.gt(100)))
            .write(Order::delete_by_key(("c-1", 7)).when(|o| o.cents.exists()))
            .check(Customer::check("c-9"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert!(error.to_string().starts_with("operation at index 1 of the transaction: "), "{error}");
        assert_eq!(error.old::<Order>().unwrap(), Some(order("c-1", 1)));
        let failed: Vec<_> =
            error.cancelled().iter().map(|o| (o.index(), o.operation(), o.model(), o.reason())).collect();
        let why = CancelReason::ConditionFailed;
        assert_eq!(
            failed,
            [
                (1, Operation::Create, "Order", why),
                (2, Operation::Update, "Customer", why),
                (3, Operation::Delete, "Order", why),
                (4, Operation::Check, "Customer", why),
            ]
        );
        assert_eq!(error.cancelled()[1].old::<Customer>().unwrap(), Some(customer("c-1")));
        assert_eq!(error.cancelled()[1].old::<Order>().unwrap(), None);
        assert_eq!(error.cancelled()[2].old::<Order>().unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_holds_100_items() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let mut orders: Vec<Order> = (0..101).map(|id| order("c-1", id)).collect();
        let all = singlet::transact_write().write_all(orders.iter_mut().map(Model::create));
        let error = all.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Validation, 0));
        singlet::transact_write().write_all(orders[..100].iter_mut().map(Model::create)).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 100);
    })
    .await;
}

#[tokio::test]
async fn the_same_item_twice_is_refused_unsent() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let error = singlet::transact_write()
            .write(order("c-1", 2).save())
            .write(Order::update(("c-1", 1)).set(|o| o.cents, 1))
            .check(Order::check(("c-1", 1)))
            .client(&client)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert_eq!(error.to_string(), "the operations at indexes 1 and 2 of the transaction concern the same item");
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn over_4_mb_is_refused_unsent() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let large = |id: u32| Customer { nick: Some("x".repeat(390_000)), ..customer(&format!("c-{id}")) };
        let mut customers: Vec<Customer> = (0..11).map(large).collect();
        let all = singlet::transact_write().write_all(customers.iter_mut().map(Model::save));
        let error = all.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::TooLarge, 0));
        singlet::transact_write().write_all(customers[..10].iter_mut().map(Model::save)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_empty_transaction_sends_nothing() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        singlet::transact_write().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn operations_of_two_clients_and_customized_ones_are_refused_unsent() {
    stand::run(async |stand| {
        let (one, other) = (Transport::recording(), Transport::recording());
        let (mut a, mut b) = (order("c-1", 1), order("c-1", 2));
        let (one_client, other_client) = (stand.through(&one), stand.through(&other));
        let two = singlet::transact_write;
        let writes = two().write(a.create().client(&one_client)).write(b.create().client(&other_client));
        let error = writes.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with("operation at index 1 of the transaction: "), "{error}");
        for customized in [
            two().write(a.save().customize(|put| put)),
            two().write(b.delete().customize(|delete| delete)),
            two().write(Order::update(("c-1", 1)).set(|o| o.cents, 1).customize(|update| update)),
        ] {
            let error = customized.client(&one_client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation);
        }
        assert_eq!((one.sent().len(), other.sent().len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_is_refused_says_which_it_is() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let long = "x".repeat(2_100);
        for error in [
            singlet::transact_write().write(order("c", 1).save()).write(customer(&long).save()).client(&client).await,
            singlet::transact_write().write(order("c", 1).save()).write(Customer::update(&*long)).client(&client).await,
        ] {
            let error = error.unwrap_err();
            assert!(error.to_string().starts_with("operation at index 1 of the transaction: "), "{error}");
            assert_eq!(error.model(), Some("Customer"));
        }
        let error = singlet::transact_write().write(Customer::update("c")).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Validation, 0));
    })
    .await;
}

#[tokio::test]
async fn an_update_from_that_changes_nothing_is_a_check() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let old = order("c-1", 1);
        let mut same = old.clone();
        let error = singlet::transact_write().write(same.update_from(&old)).await.unwrap_err();
        assert!(error.is_not_found());
        order("c-1", 1).create().await.unwrap();
        let mut other = order("c-1", 2);
        singlet::transact_write().write(same.update_from(&old)).write(other.create()).await.unwrap();
        assert_eq!(Order::get(("c-1", 1)).await.unwrap(), Some(old));
    })
    .await;
}

#[tokio::test]
async fn what_a_transaction_cannot_do_is_refused() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let update = crate::basket::Basket::update(1).set(|b| b.details.color, "red").customize(|update| update);
        let error = singlet::transact_write().write(update).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Validation, 0));
    })
    .await;
}
