//! Many puts, deletes and reads in few requests: `cargo run --example batches`.

use singlet::{Client, Model, Result, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:06}")]
struct Order {
    customer: String,
    number: u32,
    cents: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    singlet::set_default_client(Client::embedded());
    Shop::create_table().await?;

    let ann = Customer { id: "c-1".into(), name: "Ann".into() };
    let orders: Vec<Order> = (1..=120).map(|number| Order { customer: "c-1".into(), number, cents: 1_999 }).collect();
    let batch = singlet::batch_write().put(&ann).put_all(&orders);
    batch.progress(|at| println!("{} of {} written", at.done, at.total)).await?;

    // The results have the order of the keys. A missing item is `None`.
    let found = Order::batch_get([("c-1", 7), ("c-1", 999), ("c-1", 3)]).await?;
    let numbers: Vec<_> = found.iter().map(|order| order.as_ref().map(|order| order.number)).collect();
    assert_eq!(numbers, [Some(7), None, Some(3)]);

    // One batch reads several models, and each read has its own options.
    let latest = vec![Order::get(("c-1", 119)), Order::get(("c-1", 120))];
    let (customer, latest) = singlet::batch_get((Customer::get("c-1").consistent(), latest)).await?;
    assert_eq!((customer, latest.into_iter().flatten().count()), (Some(ann), 2));

    let old = singlet::batch_write().delete_all(&orders[..100]).delete_by_key(Order::key_of(("c-1", 101)));
    if let Err(error) = old.await {
        // DynamoDB may lack capacity for longer than a batch retries. Keep the unprocessed items, or send them again.
        println!("{error}");
        if let Some(left) = error.into_unprocessed() {
            println!("{} orders are unprocessed: {:?}", left.len(), left.delete_keys_of::<Order>());
            left.into_batch().await?;
        }
    }
    assert_eq!(Order::query("c-1").await?.len(), 19);
    Ok(())
}
