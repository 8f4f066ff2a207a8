//! Batches of writes: chunks, what the service leaves over, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};
use singlet::{BatchProgress, Client, ErrorKind, HookContext, Hooks, Model, Number, Result, Table};

use crate::shop::{Customer, CustomerId, Order, Shop, customer, order};
use crate::stand::{self, Stand};
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// Gives up after so many answers in a row without progress, and pauses for none of them.
const TRIES: u32 = 4;

impl Stand {
    /// As `through`, without pauses between the retries of a batch.
    pub(crate) fn hasty(&self, transport: &Transport) -> Client {
        self.through(transport).with_batch_retries(TRIES, Duration::ZERO)
    }
}

fn orders(count: u32) -> Vec<Order> {
    (0..count).map(|id| order("c-1", id)).collect()
}

fn size(request: &SentRequest) -> usize {
    request.json()["RequestItems"].as_object().unwrap().values().map(|list| list.as_array().unwrap().len()).sum()
}

#[tokio::test]
async fn items_are_sent_in_chunks_of_25() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for (count, chunks) in [
            (0, vec![]),
            (1, vec![1]),
            (25, vec![25]),
            (26, vec![25, 1]),
            (100, vec![25; 4]),
            (101, vec![25, 25, 25, 25, 1]),
        ] {
            let transport = Transport::recording();
            let orders = orders(count);
            singlet::batch_write().puts(&orders).client(&stand.through(&transport)).await.unwrap();
            assert_eq!(transport.sent().iter().map(size).collect::<Vec<_>>(), chunks);
            assert_eq!(Order::query("c-1").await.unwrap(), orders);
            let transport = Transport::recording();
            singlet::batch_write().deletes(&orders).client(&stand.through(&transport)).await.unwrap();
            assert_eq!(transport.sent().iter().map(size).collect::<Vec<_>>(), chunks);
            assert_eq!(Order::query("c-1").await.unwrap(), []);
        }
    })
    .await;
}

#[tokio::test]
async fn models_and_tables_may_be_mixed() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "logs")]
    struct Log {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Log::create_table().await.unwrap();
        let log = Log { pk: "l".into() };
        singlet::batch_write().put(&customer("c-1")).put(&log).puts(&orders(3)).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 4);
        assert_eq!(stand.stored("logs").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_given_twice_is_refused_across_chunks() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let twice = [orders(30), vec![Order { cents: 1, ..order("c-1", 0) }]].concat();
        let error = singlet::batch_write().puts(&twice).client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Order")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_cannot_be_stored_keeps_the_batch_from_being_sent() {
    #[derive(Debug, Model)]
    #[model(table = "floats")]
    struct Float {
        #[model(hash_key)]
        pk: String,
        value: f64,
    }
    stand::run(async |stand| {
        let transport = Transport::recording();
        let float = |value| Float { pk: format!("{value}"), value };
        let batch = singlet::batch_write().put(&float(1.0)).put(&float(f64::NAN));
        let error = batch.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("value")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

/// Answers in place of the service: keeps the first `done(number)` writes of each request, and leaves the others over.
fn leaving_over(done: impl Fn(usize) -> Option<usize> + Send + Sync + 'static) -> Transport {
    Transport::new(move |number, request| match done(number) {
        Some(done) => Fate::Answer(200, json!({ "UnprocessedItems": without(request, done) }).to_string()),
        None => Fate::Pass,
    })
}

/// The request's items without the first so many of each table.
fn without(request: &SentRequest, done: usize) -> Value {
    let tables = request.json()["RequestItems"].as_object().unwrap().clone();
    let left = |list: Value| list.as_array().unwrap().iter().skip(done).cloned().collect::<Vec<_>>();
    let tables = tables.into_iter().map(|(table, list)| (table, left(list)));
    tables.filter(|(_, left)| !left.is_empty()).map(|(table, left)| (table, json!(left))).collect()
}

fn sizes(transport: &Transport) -> Vec<usize> {
    transport.sent().iter().map(size).collect()
}

#[tokio::test]
async fn what_is_left_over_is_sent_again_as_it_was() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = leaving_over(|number| (number < 2).then_some(1));
        singlet::batch_write().puts(&orders(5)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [5, 4, 3]);
        // The stand saw the last three only.
        let stored: Vec<_> = Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect();
        assert_eq!(stored, [2, 3, 4]);
        let sent = transport.sent();
        let requests_of = |number: usize| {
            let body: &str = &sent[number].body;
            let list = body.split_once("\"shop\":[").unwrap().1.split_once("}}]").unwrap().0;
            list.split("{\"PutRequest\":")
                .skip(1)
                .map(|put| put.trim_end_matches([',', '}']))
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert!(requests_of(0).ends_with(&requests_of(2)), "byte for byte");
    })
    .await;
}

#[tokio::test]
async fn deletes_that_are_left_over_are_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        singlet::batch_write().puts(&orders(4)).await.unwrap();
        let transport = leaving_over(|number| (number == 0).then_some(2));
        let batch = singlet::batch_write().deletes(&orders(3)).put(&order("c-1", 9));
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [4, 2]);
        let stored: Vec<_> = Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect();
        assert_eq!(stored, [0, 1, 3, 9]);
    })
    .await;
}

#[tokio::test]
async fn backoff_starts_over_after_progress() {
    stand::run(async |stand| {
        // Three answers without progress, then one with, and so on: never four in a row.
        let transport = leaving_over(|number| Some(usize::from(number % 4 == 3)));
        singlet::batch_write().puts(&orders(5)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn what_is_never_written_comes_back_typed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = leaving_over(|_| Some(0));
        let batch = singlet::batch_write()
            .puts(&orders(2))
            .put(&customer("c-1"))
            .delete_by_key::<Order, _>(("c-2", 7))
            .delete(&customer("c-3"));
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Throttled, Some("shop")));
        assert!(error.to_string().contains("left 5 items"), "{error}");
        assert_eq!(transport.sent().len(), TRIES as usize);

        let left = error.unprocessed().unwrap();
        assert_eq!(left.len(), 5);
        assert_eq!(left.puts_of::<Order>().unwrap(), orders(2));
        assert_eq!(left.puts_of::<Customer>().unwrap(), [customer("c-1")]);
        assert_eq!(left.delete_keys_of::<Order>(), [Order::key_of(("c-2", 7)).unwrap()]);
        assert_eq!(left.puts().unwrap()["shop"].len(), 3);
        let keys = left.delete_keys().unwrap();
        assert_eq!(keys["shop"][1], stand::item([("pk", stand::s("CUSTOMER#c-3")), ("sk", stand::s("PROFILE"))]));
        assert!(!format!("{error:?} {left:?}").contains("c-1"));

        let mut gone = customer("c-3");
        gone.save().await.unwrap();
        error.into_unprocessed().unwrap().into_batch().client(&stand.client).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn chunks_that_were_never_sent_are_in_the_error() {
    stand::run(async |stand| {
        let transport = leaving_over(|_| Some(0));
        let batch = singlet::batch_write().puts(&orders(200)).concurrency(2);
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        let mut left = error.into_unprocessed().unwrap().puts_of::<Order>().unwrap();
        left.sort_by_key(|order| order.id);
        assert_eq!(left, orders(200));
        // Two chunks were tried, and nothing else.
        assert!(transport.sent().len() <= 2 * TRIES as usize);
    })
    .await;
}

#[tokio::test]
async fn a_drop_out_in_the_middle_of_a_retry_loses_nothing() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|number, request| match number {
            0 => Fate::Pass,
            1 => Fate::Answer(200, json!({ "UnprocessedItems": without(request, 10) }).to_string()),
            _ => Fate::Answer(400, error_body("ValidationException")),
        });
        let batch = singlet::batch_write().puts(&orders(60)).concurrency(1);
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Validation, Some("shop")));
        let left = error.into_unprocessed().unwrap();
        let mut ids: Vec<_> = left.puts_of::<Order>().unwrap().iter().map(|order| order.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (35..60).collect::<Vec<_>>());
        left.into_batch().client(&stand.client).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 50, "the transport kept ten to itself");
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_leaves_it_open_what_was_written() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, _| Fate::LoseResponse);
        let error = singlet::batch_write().puts(&orders(3)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(error.unprocessed().unwrap().len(), 3);
        assert_eq!(stand.stored("shop").await.len(), 3);
        error.into_unprocessed().unwrap().into_batch().client(&stand.client).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_throttled_request_is_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        // Whatever the SDK tried, the first two requests stay throttled.
        let transport = Transport::new(|number, _| match number {
            ..8 => Fate::Answer(400, error_body("ProvisionedThroughputExceededException")),
            _ => Fate::Pass,
        });
        singlet::batch_write().puts(&orders(3)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!((transport.sent().len(), stand.stored("shop").await.len()), (9, 3));
        let transport = Transport::failing(400, "ThrottlingException");
        let error = singlet::batch_write().puts(&orders(3)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::Throttled, 3));
        assert_eq!(transport.sent().len(), 4 * TRIES as usize);
    })
    .await;
}

#[tokio::test]
async fn each_request_can_be_changed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let batch = || {
            singlet::batch_write()
                .puts(&orders(26))
                .customize(|request| request.return_consumed_capacity("INDEXES".into()))
        };
        assert!(batch().explain().unwrap().body().ends_with(r#","ReturnConsumedCapacity":"INDEXES"}"#));
        batch().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [25, 1]);
        assert!(transport.sent().iter().all(|request| request.json()["ReturnConsumedCapacity"] == "INDEXES"));
    })
    .await;
}

#[tokio::test]
async fn a_failure_wakes_those_who_pause() {
    stand::run(async |stand| {
        let transport = Transport::new(|number, request| match number {
            0 => Fate::Answer(200, json!({ "UnprocessedItems": without(request, 0) }).to_string()),
            _ => Fate::Answer(400, error_body("ValidationException")),
        });
        // The first chunk pauses for hours, unless the failure of the second wakes it.
        let client = stand.through(&transport).with_batch_retries(4, Duration::from_hours(9));
        let error = singlet::batch_write().puts(&orders(60)).concurrency(2).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::Validation, 60));
        assert_eq!(transport.sent().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_request_of_an_unknown_kind_is_an_error() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, _| {
            Fate::Answer(200, json!({ "UnprocessedItems": { "shop": [{ "TouchRequest": {} }] } }).to_string())
        });
        let error = singlet::batch_write().puts(&orders(2)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::Service, 2));
    })
    .await;
}

#[tokio::test]
async fn a_put_and_a_delete_of_one_key_are_refused_across_chunks() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let put_and_delete = singlet::batch_write().puts(&orders(30)).delete(&order("c-1", 0));
        let error = put_and_delete.client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Order")));
        assert!(error.to_string().contains("puts and deletes"), "{error}");
        let twice = singlet::batch_write().deletes(&orders(30)).delete_by_key::<Order, _>(("c-1", 3));
        assert!(twice.client(&client).await.unwrap_err().to_string().contains("deletes one key twice"));
        let twice = singlet::batch_write().deletes_by_key::<Order, _>([("c-1", 3), ("c-1", 4), ("c-1", 3)]);
        assert_eq!(twice.client(&client).await.unwrap_err().kind(), ErrorKind::Validation);
        let elsewhere = singlet::batch_write().put(&order("c-1", 0)).delete(&order("c-1", 0)).table("other");
        assert_eq!(elsewhere.client(&client).await.unwrap_err().kind(), ErrorKind::Validation);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn equal_numbers_are_one_key_however_they_are_written() {
    #[derive(Debug, Model)]
    #[model(table = "points")]
    struct Point {
        #[model(hash_key)]
        at: Number,
    }
    stand::run(async |_| {
        Point::create_table().await.unwrap();
        let [one, other] = ["1.50", "15e-1"].map(|digits| Point { at: digits.parse().unwrap() });
        let error = singlet::batch_write().put(&one).delete(&other).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        singlet::batch_write().put(&one).await.unwrap();
        singlet::batch_write().delete(&other).await.unwrap();
        assert!(!Point::exists(one.at).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_bad_key_keeps_the_batch_from_being_sent() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let batch = singlet::batch_write().put(&order("c-1", 1)).delete_by_key::<Order, _>(("c-1", 1_000_000));
        let error = batch.put(&order("c-1", 2)).client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Order")));
        assert!(error.unprocessed().is_none());
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_model_with_hooks_is_deleted_only_without_them() {
    #[derive(Debug, Model)]
    #[model(table = "hooked", hooks)]
    struct Hooked {
        #[model(hash_key)]
        pk: String,
    }
    impl Hooks for Hooked {
        async fn after_load(&mut self, _: &HookContext<'_>) -> Result<()> {
            Ok(())
        }
    }
    stand::run(async |_| {
        Hooked::create_table().await.unwrap();
        let hooked = Hooked { pk: "h".into() };
        let error = singlet::batch_write().delete(&hooked).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Hooked")));
        singlet::batch_write().delete(&hooked).skip_hooks(true).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_after_each_request() {
    stand::run(async |stand| {
        let transport = leaving_over(|number| Some(if number == 0 { 20 } else { 25 }));
        let mut told = Vec::new();
        let progress = |at: BatchProgress| told.push((at.done, at.total));
        let batch = singlet::batch_write().puts(&orders(60)).progress(progress).concurrency(1);
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(told, [(20, 60), (25, 60), (50, 60), (60, 60)]);
    })
    .await;
}

#[tokio::test]
async fn requests_under_way_are_bounded_and_stop_with_the_future() {
    stand::run(async |stand| {
        for concurrency in [0, 1, 3] {
            let transport = Transport::new(|_, _| Fate::Hang);
            let client = stand.through(&transport);
            let batch = singlet::batch_write().puts(&orders(200)).concurrency(concurrency).client(&client);
            let mut future = batch.into_future();
            for _ in 0..8 {
                tokio::select! { biased; _ = &mut future => unreachable!("it hangs"), () = tokio::task::yield_now() => {} }
            }
            drop(future);
            tokio::task::yield_now().await;
            assert_eq!(transport.sent().len(), concurrency.max(1));
        }
    })
    .await;
}

#[tokio::test]
async fn the_facts_of_all_requests_are_added_up() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let response = singlet::batch_write().puts(&orders(60)).detailed().await.unwrap();
        assert_eq!((response.attempts, response.consumed_capacity), (3, Some(60.0)));
        assert!(response.request_id.is_some());
    })
    .await;
}

#[tokio::test]
async fn models_with_different_clients_need_a_word() {
    use std::sync::OnceLock;
    static CLIENTS: [OnceLock<Client>; 2] = [const { OnceLock::new() }; 2];
    fn config(number: usize) -> singlet::ModelConfig {
        singlet::ModelConfig::new("notes").client(CLIENTS[number].get_or_init(Client::embedded).clone())
    }
    fn first() -> singlet::ModelConfig {
        config(0)
    }
    fn second() -> singlet::ModelConfig {
        config(1)
    }
    #[derive(Debug, Model)]
    #[model(table = "notes", config = first)]
    struct First {
        #[model(hash_key)]
        pk: String,
    }
    #[derive(Debug, Model)]
    #[model(table = "notes", config = second)]
    struct Second {
        #[model(hash_key)]
        pk: String,
    }
    // Not on a stand, whose scope would name a client.
    let (one, other) = (First { pk: "1".into() }, Second { pk: "2".into() });
    let error = singlet::batch_write().put(&one).put(&other).await.unwrap_err();
    assert_eq!((error.kind(), error.model()), (ErrorKind::Configuration, Some("Second")));
    let client = Client::embedded();
    First::create_table().client(&client).await.unwrap();
    singlet::batch_write().put(&one).put(&other).client(&client).await.unwrap();
    First::create_table().await.unwrap();
    singlet::batch_write().put(&one).put(&First { pk: "3".into() }).await.unwrap();
}

#[tokio::test]
async fn a_batch_may_go_to_another_table() {
    stand::run(async |stand| {
        Shop::create_table().table("tenant-7").await.unwrap();
        singlet::batch_write().table("tenant-7").puts(&orders(2)).await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 2);
        // In whatever order it is said.
        let other = Order { customer: CustomerId("c-2".into()), ..order("", 1) };
        singlet::batch_write().put(&other).table("tenant-7").await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 3);
    })
    .await;
}
