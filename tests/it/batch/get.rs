//! Batches of reads: chunks, order, what goes into one request, and what is refused.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use singlet::{Binary, ErrorKind, HookContext, Hooks, Model, Number, Operation, Result, Table, batch_get};

use crate::batch::write::orders;
use crate::shop::{Customer, Order, Shop, customer};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "logs")]
pub(crate) struct Log {
    #[model(hash_key)]
    pub(crate) pk: String,
    pub(crate) text: String,
}

pub(crate) fn log(pk: &str) -> Log {
    Log { pk: pk.into(), text: "started".into() }
}

/// The keys of `orders`.
pub(crate) fn keys(count: u32) -> impl Iterator<Item = (&'static str, u32)> {
    (0..count).map(|id| ("c-1", id))
}

/// Stores so many orders, and says what reading them should give.
pub(crate) async fn stored(count: u32) -> Vec<Option<Order>> {
    Shop::create_table().await.unwrap();
    singlet::batch_write().put_all(orders(count)).await.unwrap();
    orders(count).into_iter().map(Some).collect()
}

/// How many keys of each table a request asks for, and whether it reads the table consistently.
pub(crate) fn asked(request: &SentRequest) -> Vec<(String, usize, bool)> {
    let json = request.json();
    let tables = json["RequestItems"].as_object().unwrap().iter();
    let one = |(table, keys): (&String, &Value)| {
        (table.clone(), keys["Keys"].as_array().unwrap().len(), keys["ConsistentRead"] == json!(true))
    };
    let mut asked: Vec<_> = tables.map(one).collect();
    asked.sort();
    asked
}

/// How many keys each request asks for.
pub(crate) fn sizes(transport: &Transport) -> Vec<usize> {
    transport.sent().iter().map(|request| asked(request).iter().map(|(_, keys, _)| keys).sum()).collect()
}

#[tokio::test]
async fn keys_are_sent_in_chunks_of_100() {
    stand::run(async |stand| {
        let all = stored(201).await;
        for (count, chunks) in [
            (0, vec![]),
            (1, vec![1]),
            (25, vec![25]),
            (26, vec![26]),
            (100, vec![100]),
            (101, vec![100, 1]),
            (201, vec![100, 100, 1]),
        ] {
            let transport = Transport::recording();
            let found = Order::batch_get(keys(count)).client(&stand.through(&transport)).await.unwrap();
            assert_eq!(found, all[..count as usize]);
            assert_eq!(sizes(&transport), chunks);
        }
    })
    .await;
}

#[tokio::test]
async fn items_come_in_the_order_of_their_keys_with_holes_and_duplicates() {
    stand::run(async |stand| {
        stored(3).await;
        let transport = Transport::recording();
        let keys = [2, 9, 0, 2, 1, 9].map(|id| ("c-1", id));
        let found = Order::batch_get(keys).client(&stand.through(&transport)).await.unwrap();
        let ids: Vec<_> = found.iter().map(|found| found.as_ref().map(|order| order.id)).collect();
        assert_eq!(ids, [Some(2), None, Some(0), Some(2), Some(1), None]);
        assert_eq!(sizes(&transport), [4], "each key is read once");
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_in_another_chunk_is_served_too() {
    stand::run(async |stand| {
        stored(120).await;
        let transport = Transport::recording();
        let keys = keys(120).chain(keys(120));
        let found = Order::batch_get(keys).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), [orders(120), orders(120)].concat());
        assert_eq!(sizes(&transport), [100, 20]);
    })
    .await;
}

#[tokio::test]
async fn models_and_tables_may_be_mixed() {
    stand::run(async |stand| {
        stored(3).await;
        Log::create_table().await.unwrap();
        singlet::batch_write().put(customer("c-1")).put(log("a")).await.unwrap();
        let transport = Transport::recording();
        let orders: Vec<_> = keys(4).map(Order::get).collect();
        let logs = ["b", "a"].map(Log::get);
        let reads = batch_get((Customer::get("c-1"), orders, (logs, Customer::get("c-2"))));
        let (found, orders, (logs, none)) = reads.client(&stand.through(&transport)).await.unwrap();
        assert_eq!((found, none), (Some(customer("c-1")), None));
        assert_eq!(orders.iter().flatten().count(), 3);
        assert_eq!((logs, orders[3].is_none()), ([None, Some(log("a"))], true));
        assert_eq!(asked(&transport.sent()[0]), [("logs".into(), 2, false), ("shop".into(), 6, false)]);
        assert_eq!(transport.sent().len(), 1);
        assert_eq!(batch_get(Vec::<singlet::Get<Log>>::new()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_table_is_read_in_one_way_per_request() {
    #[derive(Debug, PartialEq, Model)]
    #[model(table = "ledger", consistent_read)]
    struct Entry {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |stand| {
        stored(4).await;
        Log::create_table().await.unwrap();
        Entry::create_table().await.unwrap();
        let shop = |keys, consistent| ("shop".to_owned(), keys, consistent);
        let get = |id| Order::get(("c-1", id));
        for (reads, expected) in [
            (vec![get(0), get(1).consistent()], vec![vec![shop(1, false)], vec![shop(1, true)]]),
            (vec![get(0), get(0).consistent()], vec![vec![shop(1, true)]]),
            (vec![get(0).consistent(), get(1).consistent()], vec![vec![shop(2, true)]]),
        ] {
            let transport = Transport::recording();
            let found = batch_get(reads).client(&stand.through(&transport)).concurrency(1).await.unwrap();
            assert_eq!(found.into_iter().flatten().count(), 2);
            assert_eq!(transport.sent().iter().map(asked).collect::<Vec<_>>(), expected);
        }
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let entry = || Entry::get("e");
        batch_get((entry(), get(0))).client(&client).await.unwrap();
        batch_get((entry(), get(0).consistent_read(false))).consistent().client(&client).await.unwrap();
        batch_get((entry(), get(0).consistent())).consistent_read(false).client(&client).await.unwrap();
        let ledger = |consistent| ("ledger".to_owned(), 1, consistent);
        let expected = [[ledger(true), shop(1, false)], [ledger(true), shop(1, false)], [ledger(false), shop(1, true)]];
        assert_eq!(transport.sent().iter().map(asked).collect::<Vec<_>>(), expected);
    })
    .await;
}

#[tokio::test]
async fn two_models_may_ask_for_one_key() {
    #[derive(Debug, PartialEq, Model)]
    #[model(table = "logs")]
    struct Short {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |stand| {
        Log::create_table().await.unwrap();
        log("a").save().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let both = batch_get((Log::get("a"), Short::get("a"))).client(&client).await.unwrap();
        assert_eq!(both, (Some(log("a")), Some(Short { pk: "a".into() })));
        assert_eq!(sizes(&transport), [1]);
    })
    .await;
}

#[tokio::test]
async fn keys_are_matched_by_value() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "points")]
    struct Point {
        #[model(hash_key)]
        at: Number,
        #[model(range_key)]
        tag: Binary,
    }
    stand::run(async |_| {
        Point::create_table().await.unwrap();
        let point = |at: &str, tag: &[u8]| Point { at: at.parse().unwrap(), tag: Binary::from(tag.to_vec()) };
        let points = [point("1.50", b"\xff\x00"), point("-0.25", b"a"), point("1e20", b"a"), point("100", b"b")];
        singlet::batch_write().put_all(&points).await.unwrap();
        let keys = points.iter().map(|point| (point.at, point.tag.clone()));
        assert_eq!(Point::batch_get(keys).await.unwrap(), points.map(Some));
    })
    .await;
}

#[tokio::test]
async fn deep_items_are_read() {
    #[derive(Debug, PartialEq, Model)]
    #[model(table = "deep")]
    struct Deep {
        #[model(hash_key)]
        pk: String,
        value: serde_json::Value,
    }
    stand::run(async |_| {
        Deep::create_table().await.unwrap();
        let value = (1..31).fold(json!([]), |inner, _| json!([inner]));
        let mut deep = Deep { pk: "d".into(), value };
        deep.save().await.unwrap();
        assert_eq!(Deep::batch_get(["d"]).await.unwrap(), [Some(deep)]);
    })
    .await;
}

tokio::task_local! {
    /// What the hooks of one test have seen.
    static SEEN: Arc<Mutex<Vec<String>>>;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "hooked", hooks)]
struct Hooked {
    #[model(hash_key)]
    pk: String,
}

impl Hooks for Hooked {
    async fn after_load(&mut self, cx: &HookContext<'_>) -> Result<()> {
        assert_eq!(cx.operation, Operation::BatchGet);
        SEEN.with(|seen| seen.lock().unwrap().push(format!("{} {}", cx.table, self.pk)));
        self.pk.push('!');
        if self.pk == "bad!" { Err(singlet::Error::hook("bad")) } else { Ok(()) }
    }
}

#[tokio::test]
async fn after_load_runs_on_every_item() {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let test = stand::run(async |_| {
        Hooked::create_table().await.unwrap();
        let hooked = ["a", "b", "bad"].map(|pk| Hooked { pk: pk.into() });
        singlet::batch_write().put_all(&hooked).skip_hooks(true).await.unwrap();
        let found = Hooked::batch_get(["b", "none", "a", "b"]).await.unwrap();
        let pks = |found: Vec<Option<Hooked>>| found.into_iter().flatten().map(|found| found.pk).collect::<Vec<_>>();
        assert_eq!(pks(found), ["b!", "a!", "b!"]);
        assert_eq!(*SEEN.get().lock().unwrap(), ["hooked b", "hooked a", "hooked b"]);
        assert_eq!(pks(Hooked::batch_get(["b"]).skip_hooks(true).await.unwrap()), ["b"]);
        let own = [Hooked::get("a").skip_hooks(false), Hooked::get("b")];
        assert_eq!(pks(batch_get(own).skip_hooks(true).await.unwrap().into()), ["a!", "b"]);
        let error = Hooked::batch_get(["bad"]).await.unwrap_err();
        assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::Hook, Some("Hooked"), Some("hooked")));
    });
    SEEN.scope(seen, test).await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_sending() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let bad_key = batch_get((Customer::get("c-1"), Order::get(("c-1", 1_000_000)))).client(&client).await;
        let error = bad_key.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Order")));
        assert!(error.unread().is_none());
        let own_client = batch_get(Customer::get("c-1").client(&client)).client(&client).await.unwrap_err();
        assert_eq!((own_client.kind(), own_client.model()), (ErrorKind::Configuration, Some("Customer")));
        let customized = batch_get(Customer::get("c-1").customize(|get| get)).client(&client).await.unwrap_err();
        assert_eq!(customized.kind(), ErrorKind::Configuration);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_first_request_can_be_looked_at() {
    let request = batch_get((Customer::get("c-1"), Order::get(("c-1", 1)).table("tenant"))).explain().unwrap();
    let json: Value = serde_json::from_str(request.body()).unwrap();
    assert_eq!(request.operation(), "BatchGetItem");
    assert_eq!(json["RequestItems"]["shop"]["Keys"][0]["sk"], json!({ "S": "PROFILE" }));
    assert_eq!(json["RequestItems"]["tenant"]["Keys"][0]["sk"], json!({ "S": "ORDER#000001" }));
    assert_eq!(Order::batch_get(keys(0)).explain().unwrap_err().kind(), ErrorKind::Validation, "nothing to send");
}

#[tokio::test]
async fn a_batch_may_read_another_table() {
    stand::run(async |_| {
        Shop::create_table().table("tenant-7").await.unwrap();
        singlet::batch_write().table("tenant-7").put_all(orders(2)).await.unwrap();
        let found = Order::batch_get(keys(2)).table("tenant-7").await.unwrap();
        assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), orders(2));
    })
    .await;
}

#[tokio::test]
async fn each_request_can_be_changed() {
    stand::run(async |stand| {
        let all = stored(101).await;
        let transport = Transport::recording();
        let batch = Order::batch_get(keys(101)).customize(|request| {
            let tables = request.get_request_items().iter().flatten();
            let keys: usize = tables.map(|(_, keys)| keys.keys().len()).sum();
            assert!(matches!(keys, 1 | 100), "{keys}");
            request.return_consumed_capacity("INDEXES".into())
        });
        assert_eq!(batch.client(&stand.through(&transport)).await.unwrap(), all);
        assert!(transport.sent().iter().all(|request| request.json()["ReturnConsumedCapacity"] == "INDEXES"));
    })
    .await;
}

/// A batch can be awaited on another thread.
#[tokio::test]
async fn batches_cross_threads() {
    stand::run(async |stand| {
        let all = stored(2).await;
        let client = stand.client.clone();
        let task = tokio::spawn(async move { Order::batch_get(keys(2)).client(&client).await });
        assert_eq!(task.await.unwrap().unwrap(), all);
        let client = stand.client.clone();
        let delete = async move { singlet::batch_write().delete_all(&orders(2)).client(&client).await };
        tokio::spawn(delete).await.unwrap().unwrap();
        assert_eq!(Order::batch_get(keys(2)).await.unwrap(), [None, None]);
    })
    .await;
}

#[tokio::test]
async fn requests_under_way_are_bounded_and_stop_with_the_future() {
    stand::run(async |stand| {
        for concurrency in [0, 1, 3] {
            let transport = Transport::new(|_, _| Fate::Hang);
            let client = stand.through(&transport);
            let mut future = Order::batch_get(keys(900)).concurrency(concurrency).client(&client).into_future();
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
