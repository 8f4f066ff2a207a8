//! An online shop: `cargo run --example design_ecommerce`.
//!
//! | access pattern | keys | function |
//! |---|---|---|
//! | register, one customer per e-mail address | `CUSTOMER#<id>` / `CUSTOMER`, and an item per address | `register` |
//! | store addresses | a map in the same item | `set_address` |
//! | place an order if everything is in stock | a transaction on products, order and lines | `place_order` |
//! | an order with its lines | `ORDER#<id>` / `ORDER`, `LINE#<number>` | `order` |
//! | a customer with the latest orders | `gsi1`: `CUSTOMER#<id>` / `PROFILE`, `ORDER#<time>#<id>` | `customer_page` |
//! | orders by status, the oldest first | `gsi2`: `ORDERS#<status>` / `<time>#<id>` | `to_ship` |
//! | ship an order, once | `ORDER#<id>` / `ORDER` | `ship` |
//!
//! Customers have their third schema: `before.rs` has the programs of the first two. Their customers are read as they are, and
//! `upgrade_customers` stores them in the third.

use singlet::{Client, ErrorKind, Model, Result, Table};
use time::OffsetDateTime;

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod shop;

use shop::{
    Address, Outcome, Product, Shop, customer_page, order, place_order, register, set_address, ship, to_ship,
    upgrade_customers,
};

#[tokio::main]
async fn main() -> Result<()> {
    singlet::set_default_client(Client::embedded());
    Shop::create_table().await?;
    let cup = Product { sku: "cup".into(), cents: 900, stock: 5 };
    let pot = Product { sku: "pot".into(), cents: 2_500, stock: 3 };
    singlet::batch_write().put(&cup).put(&pot).await?;

    register("c-1", "ann@example.com", "Ann").await?;
    let taken = register("c-2", "ann@example.com", "Eve").await.map_err(|error| error.kind());
    assert_eq!(taken.err(), Some(ErrorKind::NotUnique));
    let home = Address { street: "Rue 1".into(), city: "Paris".into() };
    let ann = set_address("c-1", "home", home.clone()).await?;
    println!("{} lives in {}; nobody else can register her e-mail address", ann.name, ann.addresses["home"].city);

    let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
    for (n, basket) in [(1, [("cup", 2), ("pot", 1)]), (2, [("cup", 1), ("pot", 1)])] {
        let at = now + time::Duration::hours(n);
        let placed = place_order(&format!("o-{n}"), "c-1", at, &basket).await?;
        assert!(matches!(placed, Outcome::Placed(_)));
    }
    // A client that received no response sends the same request again.
    place_order("o-2", "c-1", now + time::Duration::hours(2), &[("cup", 1), ("pot", 1)]).await?;
    assert_eq!(Product::get("cup").await?.map(|cup| cup.stock), Some(2), "the order is placed once");
    let refused = place_order("o-3", "c-1", now, &[("pot", 1), ("cup", 3)]).await?;
    assert_eq!(refused, Outcome::Unavailable { sku: "cup".into() });
    assert_eq!(Product::get("pot").await?.map(|pot| pot.stock), Some(1), "nothing is written");
    println!("two orders are placed; a third fails because too few cups are in stock");

    let first = order("o-1").await?;
    println!("order {}: {} lines, {} cents", first.order.id, first.lines.len(), first.order.cents);
    assert_eq!((first.lines.len(), first.order.cents), (2, 4_300));

    let page = customer_page("c-1", 10).await?;
    let ids: Vec<&str> = page.orders.iter().map(|order| &*order.id).collect();
    println!("{} has the orders {ids:?}, the latest first", page.customer.name);
    assert_eq!(ids, ["o-2", "o-1"]);

    ship("o-1").await?;
    assert!(ship("o-1").await.is_err_and(|error| error.is_condition_failed()));
    let waiting = to_ship(10).await?;
    println!("shipped o-1, {} waits", waiting[0].id);
    assert_eq!(waiting.len(), 1);

    // What the programs of the first two schemas stored.
    before::first::register("c-5", "bob@example.com", ("Bob", "Ray"), Some(home.clone())).await?;
    before::second::register("c-6", "cy@example.com", ("Cy", "Roe")).await?;
    assert_eq!(customer_page("c-5", 10).await?.customer.addresses["home"].city, "Paris");
    let refused = set_address("c-5", "work", home.clone()).await.map_err(|error| error.kind());
    assert_eq!(refused.err(), Some(ErrorKind::SchemaMismatch), "an update cannot upgrade a stored item");
    println!("upgraded {} customers", upgrade_customers().await?.progress.changed);
    let bob = set_address("c-5", "work", home).await?;
    println!("{} has {} addresses now", bob.name, bob.addresses.len());
    assert_eq!(bob.addresses.len(), 2);
    Ok(())
}
