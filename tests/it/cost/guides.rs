//! The figures of the guides that no example asserts: `tests/data/figures.md` says which test belongs to which guide.

use singlet::{Collection, Model, Result, Table, transact_get, transact_write};

use super::run;

#[derive(Table)]
#[table(name = "guides_cost", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: String,
    name: String,
    #[model(default)]
    points: u64,
    #[model(version, default)]
    version: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:06}")]
struct Order {
    customer: String,
    number: u32,
    cents: u64,
    #[model(default)]
    notes: String,
}

#[derive(Debug, Collection)]
struct CustomerPage {
    customer: Customer,
    orders: Vec<Order>,
}

fn ann() -> Customer {
    Customer { id: "c-1".into(), name: "Ann".into(), points: 10, version: 0 }
}

fn orders(customer: &str, count: u32, bytes: usize) -> Vec<Order> {
    let order = |number| {
        let order = Order { customer: customer.to_owned(), number, cents: 100, notes: String::new() };
        Order { notes: "x".repeat(bytes.saturating_sub(order.size().unwrap().bytes())), ..order }
    };
    (1..=count).map(order).collect()
}

/// The read units, the write units, those of refused writes, and the requests of an operation.
async fn cost<T>(operation: impl IntoFuture<Output = Result<T>>) -> (f64, f64, f64, u32) {
    let (_, cost) = singlet::measure_cost(operation.into_future()).await;
    (cost.read, cost.write, cost.refused, cost.requests)
}

const READ: (f64, f64, f64, u32) = (0.5, 0.0, 0.0, 1);
const WRITE: (f64, f64, f64, u32) = (0.0, 1.0, 0.0, 1);
const REFUSED: (f64, f64, f64, u32) = (0.0, 0.0, 1.0, 1);

#[tokio::test]
async fn small_items_of_the_first_hour() {
    run(async |_, _| {
        Shop::create_table().await.unwrap();
        let mut ann = ann();
        assert_eq!(cost(ann.create()).await, WRITE, "create");
        assert_eq!(cost(ann.save()).await, WRITE, "save");
        let update = || Customer::update("c-1").add(|c| c.points, 5_u64);
        assert_eq!(cost(update()).await, WRITE, "update");
        assert_eq!(cost(update().when(|c| c.points.ge(100_u64))).await, REFUSED, "update whose condition fails");
        assert_eq!(cost(Customer::get("c-1")).await, READ, "get");
        let five = orders("c-1", 5, 0);
        assert_eq!(cost(singlet::batch_write().put_all(&five)).await, (0.0, 5.0, 0.0, 1), "batch of 5 puts");
        assert_eq!(cost(Order::query("c-1")).await, READ, "query of 5 orders");
        assert_eq!(cost(CustomerPage::query("c-1")).await, READ, "CustomerPage::query");
        let page = CustomerPage::query("c-1").await.unwrap();
        assert_eq!((page.customer.points, page.orders.len()), (15, 5));
    })
    .await;
}

#[tokio::test]
async fn batches_and_transactions() {
    run(async |_, _| {
        Shop::create_table().await.unwrap();
        ann().create().await.unwrap();
        let sixty = orders("c-1", 60, 0);
        assert_eq!(cost(singlet::batch_write().put_all(&sixty)).await, (0.0, 60.0, 0.0, 3), "batch of 60 puts");
        let [mut first, mut second] = [sixty[0].clone(), sixty[1].clone()];
        let two = transact_write().write(first.save()).write(second.save());
        assert_eq!(cost(two).await, (0.0, 4.0, 0.0, 1), "transaction of two writes");
        let two = transact_get((Order::get(("c-1", 1)), Order::get(("c-1", 2))));
        assert_eq!(cost(two).await, (4.0, 0.0, 0.0, 1), "transact_get of two items");
        let quarter = Order::batch_get([("c-1", 1), ("c-1", 2)]);
        assert_eq!(cost(quarter).await, (1.0, 0.0, 0.0, 1), "batch_get of two items");
    })
    .await;
}

/// One request of a query or a scan reads 1 MB at most.
#[tokio::test]
async fn reads_of_more_than_a_megabyte() {
    run(async |_, _| {
        Shop::create_table().await.unwrap();
        for order in &mut orders("c-1", 3, 390 * 1_024) {
            order.create().await.unwrap();
        }
        let units = 3.0 * 390.0 / 8.0;
        for (row, (read, _, _, requests)) in
            [("query", cost(Order::query("c-1")).await), ("scan", cost(Order::scan()).await)]
        {
            // Each request rounds up.
            assert!(requests == 2 && (units..=units + 1.0).contains(&read), "{row}: {read} in {requests}");
        }
        assert_eq!(cost(Order::query("c-1").limit(1)).await.3, 1);
    })
    .await;
}

#[tokio::test]
async fn each_race_has_a_tool_of_few_writes() {
    run(async |_, _| {
        Shop::create_table().await.unwrap();
        let mut ann = ann();
        assert_eq!(cost(ann.create()).await, WRITE, "create");
        assert_eq!(cost(ann.create()).await, REFUSED, "create of what exists");
        assert_eq!(cost(Customer::update("c-1").add(|c| c.points, 1_u64)).await, WRITE, "add");
        let when = Customer::update("c-1").subtract(|c| c.points, 1_u64).when(|c| c.points.ge(1_u64));
        assert_eq!(cost(when).await, WRITE, "when");
        let mut edited = Customer::get("c-1").await.unwrap().unwrap();
        edited.name = "Eve".into();
        assert_eq!(cost(edited.save()).await, WRITE, "save with a version");
        let points = edited.points;
        let assumed = edited.modify().assume(|c| c.points, points).set(|c| c.points, points + 1);
        assert_eq!(cost(assumed).await, WRITE, "modify that assumes a value");
        let mut order = orders("c-1", 1, 0).remove(0);
        let both = transact_write().write(order.create()).write(Customer::update("c-1").add(|c| c.points, 1_u64));
        assert_eq!(cost(both).await, (0.0, 4.0, 0.0, 1), "transact_write: two units for each item");
    })
    .await;
}

/// The scan is consistent, and an item that is as a save would store it is not written.
#[tokio::test]
async fn a_backfill_reads_consistently_and_writes_what_differs() {
    run(async |stand, _| {
        Shop::create_table().await.unwrap();
        // 80 KB, of which two items lack an attribute that a save writes.
        let all = orders("c-1", 40, 2_048);
        singlet::batch_write().put_all(&all).await.unwrap();
        for order in &all[..2] {
            let mut item = order.to_item().unwrap();
            item.remove("notes");
            stand.put_raw("guides_cost", item).await;
        }
        let read = 38.0 * 2.0 / 4.0;
        let (report, dry) = singlet::measure_cost(Order::backfill().dry_run().into_future()).await;
        assert_eq!(report.unwrap().progress.changed, 2);
        assert!((read..=read + 1.0).contains(&dry.read) && dry.write == 0.0, "{dry:?}");
        let (report, wet) = singlet::measure_cost(Order::backfill().into_future()).await;
        assert_eq!(report.unwrap().progress.changed, 2);
        // Both items have become smaller than 1 KB.
        assert_eq!((wet.read, wet.write), (dry.read, 2.0));
    })
    .await;
}

/// A list that is spread over several partitions costs one query for each.
#[tokio::test]
async fn a_page_of_shards_is_one_query_per_shard() {
    run(async |_, _| {
        Shop::create_table().await.unwrap();
        let shards = 4;
        for shard in 0..shards {
            singlet::batch_write().put_all(orders(&format!("s-{shard}"), 5, 0)).await.unwrap();
        }
        let page = async {
            let reads = (0..shards).map(|shard| Order::query(format!("s-{shard}")).limit(2).into_future());
            futures_util::future::try_join_all(reads).await
        };
        assert_eq!(cost(page).await, (2.0, 0.0, 0.0, 4));
    })
    .await;
}
