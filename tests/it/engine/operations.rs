//! What each operation on one item does to what is stored.

use singlet::{ErrorKind, ExpiresIn, Model, RawExpression, Table};

use crate::shop::{Address, Customer, CustomerId, Order, Session, Shop, customer, order};
use crate::stand::{self, n, s};
use crate::transport::Transport;

#[tokio::test]
async fn save_replaces_the_whole_item() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut saved = Customer { nick: Some("annie".into()), ..customer("c-1") };
        saved.save().await.unwrap();
        let mut stored = stand.only_item("shop").await;
        stored.insert("unknown".into(), s("of another tool"));
        stand.put_raw("shop", stored).await;

        saved.nick = None;
        saved.save().await.unwrap();
        let stored = stand.only_item("shop").await;
        assert_eq!(stored, saved.to_item().unwrap());
        assert!(!stored.contains_key("unknown") && !stored.contains_key("nick"));
    })
    .await;
}

#[tokio::test]
async fn create_twice_fails_with_the_stored_item() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        order("c-1", 1).create().await.unwrap();
        let mut second = Order { cents: 5, ..order("c-1", 1) };
        let error = second.create().await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::ConditionFailed, Some("Order")));
        assert_eq!(error.to_string(), "there is an item under this key already (model `Order`, table `shop`)");
        assert_eq!(Order::from_item(error.old_item().unwrap()).unwrap(), order("c-1", 1));
        assert_eq!(stand.only_item("shop").await["cents"], n(1_990));
    })
    .await;
}

#[tokio::test]
async fn a_condition_decides_on_save_and_delete() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut saved = order("c-1", 1);
        saved.save().await.unwrap();
        let cheap = || RawExpression::new("#c < :most").name("#c", "cents").value(":most", 1_000_u64);
        let error = saved.save().when_raw(cheap()).await.unwrap_err();
        assert!(error.is_condition_failed() && error.old_item().is_some());
        let error = saved.delete().when_raw(cheap()).await.unwrap_err();
        assert!(error.is_condition_failed() && error.old_item().is_some());
        assert_eq!(stand.stored("shop").await.len(), 1);

        saved.cents = 10;
        saved.save().await.unwrap();
        saved.save().when_raw(cheap()).when_raw("attribute_exists(pk)").await.unwrap();
        let error = saved.create().when_raw(cheap()).await.unwrap_err();
        assert!(error.is_condition_failed(), "create asks for absence as well");
        Order::delete_by_key(("c-1", 1)).when_raw(cheap()).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_condition_that_cannot_be_sent_is_refused() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let long = RawExpression::new(format!("attribute_exists(pk){}", " ".repeat(4_096)));
        let error = order("c-1", 1).save().when_raw(long.clone()).client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        let error = order("c-1", 1).delete().when_raw(long).client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        let nan = RawExpression::new("cents = :c").value(":c", f64::NAN);
        let error = order("c-1", 1).save().when_raw(nan).client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_old_item_comes_back_where_asked_for() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let first = order("c-1", 1);
        let mut second = Order { cents: 5, ..first.clone() };
        assert_eq!(second.save().return_old().await.unwrap(), None);
        assert_eq!(first.clone().save().return_old().await.unwrap(), Some(second));
        assert_eq!(first.delete().return_old().await.unwrap(), Some(first.clone()));
        assert_eq!(Order::delete_by_key(("c-1", 1)).return_old().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_old_item_of_another_model_is_none() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut foreign = customer("c-1").to_item().unwrap();
        foreign.insert("_type".into(), s("Robot"));
        stand.put_raw("shop", foreign).await;
        assert_eq!(customer("c-1").save().any_entity().return_old().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn deleting_nothing_is_not_an_error() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        order("c-1", 1).delete().await.unwrap();
        Order::delete_by_key(("c-1", 1)).await.unwrap();
        let error = order("c-1", 1).delete().when_raw("attribute_exists(pk)").await.unwrap_err();
        assert!(error.is_condition_failed() && error.old_item().is_none());
    })
    .await;
}

#[tokio::test]
async fn exists_asks_for_this_model() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        assert!(!Order::exists(("c-1", 1)).await.unwrap());
        order("c-1", 1).save().await.unwrap();
        assert!(Order::exists(("c-1", 1)).await.unwrap());
        assert!(Order::exists(("c-1", 1)).consistent().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn details_say_what_a_request_took() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut saved = order("c-1", 1);
        let response = saved.save().detailed().await.unwrap();
        assert_eq!((response.cost.write, response.attempts), (1.0, 1));
        let response = Order::get(("c-1", 1)).consistent().detailed().await.unwrap();
        assert_eq!((response.cost.read,), (1.0,));
        assert!(response.request_id.is_some());
        assert_eq!(response.value, Some(saved.clone()));
        let response = Order::query("c-1").detailed().await.unwrap();
        assert_eq!((response.cost.read,), (0.5,));
        assert_eq!(response.value, [saved.clone()]);
        let response = saved.delete().detailed().await.unwrap();
        assert_eq!((response.cost.write,), (1.0,));
    })
    .await;
}

#[tokio::test]
async fn the_sdks_own_builder_can_be_reached() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut saved = order("c-1", 1);
        let save = saved.save().customize(|put| put.condition_expression("attribute_exists(nothing)"));
        assert!(save.await.unwrap_err().is_condition_failed());
        saved.save().await.unwrap();
        let delete = saved.delete().customize(|delete| delete.condition_expression("attribute_exists(nothing)"));
        assert!(delete.await.unwrap_err().is_condition_failed());
        let get = Order::get(("c-1", 1)).customize(|get| get.table_name("absent"));
        assert_eq!(get.await.unwrap_err().kind(), ErrorKind::TableNotFound);
        assert_eq!(stand.stored("shop").await.len(), 1);
    })
    .await;
}

/// What is explained is what is sent.
#[tokio::test]
async fn explain_is_what_is_sent() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let address = Address { street: "\"é\"\u{1}\n".into(), city: String::new() };
        let mut saved = Customer { address, ..customer("c-1") };
        let gold = || RawExpression::new("points > :p OR attribute_not_exists(pk)").value(":p", 5);
        let key = CustomerId("c-1".into());

        let explained = [
            saved.save().when_raw(gold()).client(&client).explain().unwrap(),
            saved.create().client(&client).explain().unwrap(),
            Customer::get(&key).consistent().client(&client).explain().unwrap(),
            Customer::query(&key).descending().page_size(7).client(&client).explain().unwrap(),
            Customer::exists(&key).client(&client).explain().unwrap(),
            saved.delete().when_raw(gold()).client(&client).explain().unwrap(),
            singlet::batch_write().put(&saved).client(&client).explain().unwrap(),
            Shop::create_table().table("other").client(&client).explain().unwrap(),
        ];
        assert_eq!(transport.sent().len(), 0);

        saved.save().when_raw(gold()).client(&client).await.unwrap();
        saved.create().client(&client).await.unwrap_err();
        assert_eq!(Customer::get(&key).consistent().client(&client).await.unwrap(), Some(saved.clone()));
        assert_eq!(Customer::query(&key).descending().page_size(7).client(&client).await.unwrap().len(), 1);
        assert!(Customer::exists(&key).client(&client).await.unwrap());
        saved.delete().when_raw(gold()).client(&client).await.unwrap();
        singlet::batch_write().put(&saved).client(&client).await.unwrap();
        Shop::create_table().table("other").client(&client).await.unwrap();

        let sent = transport.sent();
        // Creating a table goes on with asking for it, and with its TTL.
        assert!(sent.len() > explained.len());
        for (explained, sent) in explained.iter().zip(sent) {
            assert_eq!(explained.operation(), sent.operation);
            let body: serde_json::Value = serde_json::from_str(explained.body()).unwrap();
            assert_eq!(body, sent.json(), "{explained}");
        }
    })
    .await;
}

/// An update is billed as a write, a read by key as half a unit, an absent item like a small one.
#[tokio::test]
async fn every_operation_on_an_item_tells_its_cost() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let mut session = Session { token: "t".into(), expires_at: Some(ExpiresIn::hours(1)) };
        assert_eq!((session.save().detailed().await.unwrap().cost.write,), (1.0,));
        let found = Session::exists("t").detailed().await.unwrap();
        assert_eq!((found.value, found.cost.read, found.attempts), (true, 0.5, 1));
        assert!(!Session::exists("u").detailed().await.unwrap().value);
        assert_eq!((session.extend_ttl(ExpiresIn::hours(2)).detailed().await.unwrap().cost.write,), (1.0,));
        assert_eq!((session.delete().detailed().await.unwrap().cost.write,), (1.0,));
    })
    .await;
}

#[test]
fn explain_needs_no_client() {
    let request = order("c-1", 1).save().explain().unwrap();
    assert_eq!(request.operation(), "PutItem");
    assert!(request.body().contains(r#""sk":{"S":"ORDER#000001"}"#));
    assert_eq!(Order::get(("c-1", 1)).explain().unwrap().operation(), "GetItem");
    assert_eq!(Order::query("c-1").explain().unwrap().operation(), "Query");
    assert_eq!(order("c-1", 1).delete().explain().unwrap().operation(), "DeleteItem");
}
