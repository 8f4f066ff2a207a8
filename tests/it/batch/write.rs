//! Batches of writes: chunks, how many at a time, and what is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use singlet::{Client, ErrorKind, HookContext, Hooks, Model, Number, Result, Table};

use crate::shop::{CustomerId, Order, Shop, customer, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport};

/// Orders with the ids from 0.
pub(crate) fn orders(count: u32) -> Vec<Order> {
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
            singlet::batch_write().put_all(&orders).client(&stand.through(&transport)).await.unwrap();
            assert_eq!(transport.sent().iter().map(size).collect::<Vec<_>>(), chunks);
            assert_eq!(Order::query("c-1").await.unwrap(), orders);
            let transport = Transport::recording();
            singlet::batch_write().delete_all(&orders).client(&stand.through(&transport)).await.unwrap();
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
        singlet::batch_write().put(customer("c-1")).put(&log).put_all(orders(3)).await.unwrap();
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
        let error = singlet::batch_write().put_all(&twice).client(&stand.through(&transport)).await.unwrap_err();
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
        let batch = singlet::batch_write().put(float(1.0)).put(float(f64::NAN));
        let error = batch.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("value")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

/// How many puts and deletes each request holds.
pub(crate) fn sizes(transport: &Transport) -> Vec<usize> {
    transport.sent().iter().map(size).collect()
}

#[tokio::test]
async fn each_request_can_be_changed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let batch = || {
            singlet::batch_write()
                .put_all(orders(26))
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
async fn a_put_and_a_delete_of_one_key_are_refused_across_chunks() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let put_and_delete = singlet::batch_write().put_all(orders(30)).delete(&order("c-1", 0));
        let error = put_and_delete.client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Order")));
        assert!(error.to_string().contains("puts and deletes"), "{error}");
        let twice = singlet::batch_write().delete_all(&orders(30)).delete_by_key(Order::key_of(("c-1", 3)));
        assert!(twice.client(&client).await.unwrap_err().to_string().contains("deletes the same key twice"));
        let twice = singlet::batch_write().delete_all_by_key([3, 4, 3].map(|id| Order::key_of(("c-1", id))));
        assert_eq!(twice.client(&client).await.unwrap_err().kind(), ErrorKind::Validation);
        // Keys up to DynamoDB's limits are compared as a whole, whatever their characters.
        for customer in ["c".repeat(1_000), "é".repeat(500), "🦀".repeat(250)] {
            let twice = singlet::batch_write().put_all([3, 4, 3].map(|id| order(&customer, id)));
            assert_eq!(twice.client(&client).await.unwrap_err().kind(), ErrorKind::Validation);
        }
        let elsewhere = singlet::batch_write().put(order("c-1", 0)).delete(&order("c-1", 0)).table("other");
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
        let batch = singlet::batch_write().put(order("c-1", 1)).delete_by_key(Order::key_of(("c-1", 1_000_000)));
        let error = batch.put(order("c-1", 2)).client(&stand.through(&transport)).await.unwrap_err();
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
async fn requests_under_way_are_bounded_and_stop_with_the_future() {
    stand::run(async |stand| {
        for concurrency in [0, 1, 3] {
            let transport = Transport::new(|_, _| Fate::Hang);
            let client = stand.through(&transport);
            let batch = singlet::batch_write().put_all(orders(200)).concurrency(concurrency).client(&client);
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
        let response = singlet::batch_write().put_all(orders(60)).detailed().await.unwrap();
        assert_eq!((response.attempts, response.cost.write), (3, 60.0));
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
        singlet::batch_write().table("tenant-7").put_all(orders(2)).await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 2);
        // In whatever order it is said.
        let other = Order { customer: CustomerId("c-2".into()), ..order("", 1) };
        singlet::batch_write().put(&other).table("tenant-7").await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 3);
    })
    .await;
}

/// The iterator is not advanced before the batch is sent, and then not far ahead of the requests.
#[tokio::test]
async fn an_iterator_is_drained_as_its_items_are_sent() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let (made, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let furthest = Arc::new(AtomicUsize::new(0));
        let items = (0..3_000).map({
            let (made, sent, furthest) = (Arc::clone(&made), Arc::clone(&sent), Arc::clone(&furthest));
            move |id| {
                let made = made.fetch_add(1, Ordering::SeqCst) + 1;
                furthest.fetch_max(made - sent.load(Ordering::SeqCst), Ordering::SeqCst);
                order("c-1", id)
            }
        });
        let mut totals = Vec::new();
        let batch = singlet::batch_write().put_all(items).progress(|progress| {
            sent.store(progress.done, Ordering::SeqCst);
            totals.push(progress.total);
        });
        assert!(made.load(Ordering::SeqCst) <= 1);
        batch.client(&stand.client).await.unwrap();
        assert_eq!((made.load(Ordering::SeqCst), Order::scan().count().await.unwrap()), (3_000, 3_000));
        let furthest = furthest.load(Ordering::SeqCst);
        assert!(furthest <= 1_000 + 25 * 5, "{furthest}");
        assert!(totals.iter().all(|total| *total == 3_000), "{totals:?}");
    })
    .await;
}

#[tokio::test]
async fn a_fault_behind_the_first_thousand_leaves_the_rest() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let twice = (0..1_500).chain([0]).chain(1_500..1_600).map(|id| order("c-1", id));
        let error = singlet::batch_write().put_all(twice).client(&stand.client).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Order")));
        assert!(error.to_string().contains("same key"), "{error}");
        let stored = stand.stored("shop").await.len();
        let left = error.into_unprocessed().unwrap();
        // The second item of one key is not among them.
        assert_eq!(stored + left.len(), 1_600);
        assert!(stored >= 1_000);
        left.into_batch().client(&stand.client).await.unwrap();
        assert_eq!(Order::scan().count().await.unwrap(), 1_600);
    })
    .await;
}

/// The writes before and after a value that cannot be written are in the same request.
#[tokio::test]
async fn a_value_that_cannot_be_stored_leaves_no_trace_in_its_request() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "measurements")]
    struct Measurement {
        #[model(hash_key)]
        id: u32,
        unit: String,
        value: f64,
    }

    stand::run(async |stand| {
        Measurement::create_table().await.unwrap();
        let measurement = |id| Measurement { id, unit: "kPa".into(), value: f64::from(id) };
        let bad = Measurement { value: f64::NAN, ..measurement(5_000) };
        let all: Vec<_> = (0..1_010).map(measurement).chain([bad]).chain((1_010..1_030).map(measurement)).collect();
        let error = singlet::batch_write().put_all(all).client(&stand.client).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Encode, Some("Measurement")));
        let mut left = error.into_unprocessed().unwrap().puts_of::<Measurement>().unwrap();
        left.extend(Measurement::scan().await.unwrap());
        left.sort_by_key(|measurement| measurement.id);
        assert_eq!(left, (0..1_030).map(measurement).collect::<Vec<_>>());
    })
    .await;
}

/// An item that is sent must have room for what a save would add to it.
#[tokio::test]
async fn an_item_is_measured_with_its_expiry() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "notes", ttl = "1h", max_size = 100)]
    struct Note {
        #[model(hash_key)]
        pk: String,
        text: String,
    }
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        let note = |length| Note { pk: "a".into(), text: "x".repeat(length) };
        let fits = 100 - note(0).size().unwrap().bytes() - "expires_at".len() - 5;
        singlet::batch_write().put(note(fits)).client(&stand.client).await.unwrap();
        assert_eq!(stand.only_item("notes").await["expires_at"], stand::n(stand::START + 3_600));
        let error = singlet::batch_write().put(note(fits + 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert_eq!(note(fits + 1).save().await.unwrap_err().kind(), ErrorKind::TooLarge);
        note(fits).save().await.unwrap();
    })
    .await;
}

/// Each put has ids and times of its own, as a save has; the values do not change.
#[tokio::test]
async fn puts_have_the_ids_and_times_of_saves() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "entries", hash_key = "ENTRY#{id}")]
    struct Entry {
        #[model(generated)]
        id: String,
        #[model(created_at)]
        created: i64,
        #[model(updated_at)]
        updated: i64,
    }
    stand::run(async |stand| {
        Entry::create_table().await.unwrap();
        let literal = Entry { id: String::new(), created: 0, updated: 0 };
        let built = Entry::builder().build();
        let batch = singlet::batch_write().put(&literal).put_all([&literal, &built]).put(Entry::builder().build());
        batch.await.unwrap();
        assert_eq!((literal.id.as_str(), literal.updated), ("", 0));
        let millis = stand::START * 1_000;
        let stored = Entry::scan().await.unwrap();
        assert_eq!(stored.len(), 4);
        assert!(stored.iter().all(|entry| entry.id.len() == 36 && entry.created == millis && entry.updated == millis));
        assert!(Entry::get(&*built.id).await.unwrap().is_some());

        stand.advance(60);
        singlet::batch_write().put_all(&stored).await.unwrap();
        let stored = Entry::scan().await.unwrap();
        assert!(stored.iter().all(|entry| entry.created == millis && entry.updated == millis + 60_000));
    })
    .await;
}
