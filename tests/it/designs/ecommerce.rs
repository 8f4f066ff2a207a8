//! The design of a shop: customers with addresses, orders and stock.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_ecommerce/before.rs"]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_ecommerce/shop.rs"]
mod shop;

use singlet::tables::{DocumentFormat, TableDocument};
use singlet::{ErrorKind, Model, Table};
use time::{Duration, OffsetDateTime};

use crate::stand::{self, n, s};
use shop::{
    Address, Customer, CustomerPage, Line, Order, OrderWithLines, Outcome, Product, Shop, Status, customer_page, order,
    place_order, register, set_address, ship, to_ship, upgrade_customers,
};

#[test]
fn the_chart_is_the_one_of_the_models() {
    let document = TableDocument::<Shop>::new().model::<Customer>().model::<Product>().model::<Order>().model::<Line>();
    let document = document.collection::<OrderWithLines>().collection::<CustomerPage>();
    document.assert_file("src/docs/shop_chart.md", DocumentFormat::Markdown);
    document.assert_file("examples/design_ecommerce/table.json", DocumentFormat::CloudFormation);
}

async fn stocked() {
    Shop::create_table().await.unwrap();
    for (sku, cents, stock) in [("cup", 900, 5), ("pot", 2_500, 3)] {
        Product { sku: sku.into(), cents, stock }.create().await.unwrap();
    }
    register("c-1", "ann@example.com", "Ann").await.unwrap();
}

fn hour(n: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(n)
}

async fn stock(sku: &str) -> u32 {
    Product::get(sku).await.unwrap().unwrap().stock
}

#[tokio::test]
async fn an_order_is_placed_whole_or_not_at_all() {
    stand::run(async |_| {
        stocked().await;
        let placed = place_order("o-1", "c-1", hour(1), &[("cup", 2), ("pot", 1)]).await.unwrap();
        let Outcome::Placed(placed) = placed else { panic!("there is enough: {placed:?}") };
        assert_eq!((placed.cents, stock("cup").await, stock("pot").await), (4_300, 3, 2));

        let whole = order("o-1").await.unwrap();
        assert_eq!(whole.order, placed);
        let lines: Vec<(u16, &str, u32)> = whole.lines.iter().map(|l| (l.number, &*l.sku, l.quantity)).collect();
        assert_eq!(lines, [(1, "cup", 2), (2, "pot", 1)]);

        for (basket, sku) in [([("pot", 1), ("cup", 4)], "cup"), ([("cup", 1), ("tea", 1)], "tea")] {
            let refused = place_order("o-2", "c-1", hour(2), &basket).await.unwrap();
            assert_eq!(refused, Outcome::Unavailable { sku: sku.into() });
        }
        assert_eq!((stock("cup").await, stock("pot").await), (3, 2));
        assert_eq!(order("o-2").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(Line::query("o-2").count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_placed_once_and_for_a_customer_who_exists() {
    stand::run(async |_| {
        stocked().await;
        for _ in 0..2 {
            let placed = place_order("o-1", "c-1", hour(1), &[("cup", 2)]).await.unwrap();
            assert!(matches!(placed, Outcome::Placed(_)));
        }
        assert_eq!(stock("cup").await, 3);

        let nobody = place_order("o-2", "c-9", hour(1), &[("cup", 1)]).await.unwrap_err();
        assert_eq!((nobody.kind(), nobody.model()), (ErrorKind::NotFound, Some("Customer")));
        // By another id, so that it is not a retry of the first.
        assert!(Order::get("o-2").await.unwrap().is_none());
        assert_eq!(stock("cup").await, 3);
    })
    .await;
}

#[tokio::test]
async fn orders_that_race_never_sell_what_is_not_there() {
    stand::run(async |_| {
        stocked().await;
        let buy = async |id: &'static str| place_order(id, "c-1", hour(1), &[("pot", 2)]).await;
        let (a, b, c) = tokio::join!(buy("o-1"), buy("o-2"), buy("o-3"));
        let placed = [a, b, c].into_iter().filter(|outcome| matches!(outcome, Ok(Outcome::Placed(_)))).count();
        assert!(placed <= 1, "three pots are one order of two");
        assert_eq!(stock("pot").await, if placed == 1 { 1 } else { 3 });
    })
    .await;
}

#[tokio::test]
async fn a_customer_comes_with_the_latest_orders() {
    stand::run(async |_| {
        stocked().await;
        for n in 1..=4 {
            place_order(&format!("o-{n}"), "c-1", hour(n), &[("cup", 1)]).await.unwrap();
        }
        let page = customer_page("c-1", 3).await.unwrap();
        assert_eq!(page.customer.name, "Ann");
        assert_eq!(page.orders.iter().map(|o| &*o.id).collect::<Vec<_>>(), ["o-4", "o-3", "o-2"]);
        assert_eq!(customer_page("c-9", 3).await.unwrap_err().kind(), ErrorKind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_shipped_once_and_leaves_the_list() {
    stand::run(async |_| {
        stocked().await;
        for n in [2, 1, 3] {
            place_order(&format!("o-{n}"), "c-1", hour(n), &[("cup", 1)]).await.unwrap();
        }
        assert_eq!(ship("o-1").await.unwrap().status, Status::Shipped);
        assert!(ship("o-1").await.unwrap_err().is_condition_failed());
        assert!(ship("o-9").await.unwrap_err().is_not_found());
        let waiting = to_ship(10).await.unwrap();
        assert_eq!(waiting.iter().map(|o| &*o.id).collect::<Vec<_>>(), ["o-2", "o-3"]);
        assert_eq!(to_ship(1).await.unwrap().len(), 1);
        let shipped = Order::index(Shop::GSI2).query(Status::Shipped).one().await.unwrap();
        assert_eq!(shipped.unwrap().id, "o-1");
    })
    .await;
}

#[tokio::test]
async fn an_address_is_added_or_replaced_and_an_email_is_one_customers() {
    stand::run(async |_| {
        stocked().await;
        let at = |street: &str| Address { street: street.into(), city: "Paris".into() };
        set_address("c-1", "home", at("Rue 1")).await.unwrap();
        set_address("c-1", "work, 2nd", at("Rue 2")).await.unwrap();
        let ann = set_address("c-1", "home", at("Rue 3")).await.unwrap();
        assert_eq!(ann.addresses.len(), 2);
        assert_eq!((&ann.addresses["home"], &ann.addresses["work, 2nd"]), (&at("Rue 3"), &at("Rue 2")));

        assert_eq!(register("c-2", "ann@example.com", "Eve").await.unwrap_err().kind(), ErrorKind::NotUnique);
        assert!(Customer::get("c-2").await.unwrap().is_none());
    })
    .await;
}

/// The schema change of this design: two upgrades of customers, one after the other.
#[tokio::test]
async fn customers_of_both_earlier_schemas_are_upgraded() {
    stand::run(async |stand| {
        stocked().await;
        let home = Address { street: "Rue 1".into(), city: "Paris".into() };
        before::first::register("c-2", "bob@example.com", ("Bob", "Ray"), Some(home.clone())).await.unwrap();
        before::first::register("c-3", "cy@example.com", ("Cy", "Roe"), None).await.unwrap();
        before::second::register("c-4", "dee@example.com", ("Dee", "Fox")).await.unwrap();
        let schema = async |id: &str| {
            let items = stand.stored("shop").await;
            let customer =
                items.into_iter().find(|item| item.get("id") == Some(&s(id)) && item["_type"] == s("Customer"));
            customer.unwrap().remove("_schema")
        };
        assert_eq!((schema("c-2").await, schema("c-4").await), (None, Some(n(2))));

        // Read, alone and in a collection, and found by an order.
        let bob = Customer::get("c-2").await.unwrap().unwrap();
        assert_eq!((&*bob.name, &bob.addresses["home"]), ("Bob Ray", &home));
        let cy = Customer::get("c-3").await.unwrap().unwrap();
        assert_eq!((&*cy.name, cy.addresses.len()), ("Cy Roe", 0));
        let placed = place_order("o-1", "c-4", hour(1), &[("cup", 1)]).await.unwrap();
        assert!(matches!(placed, Outcome::Placed(_)));
        let page = customer_page("c-4", 3).await.unwrap();
        assert_eq!((&*page.customer.name, page.orders.len()), ("Dee Fox", 1));

        // An update cannot upgrade a stored item, so it is refused. A save can.
        let refused = set_address("c-2", "work", home.clone()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::SchemaMismatch);
        assert_eq!(Customer::get("c-2").await.unwrap().unwrap(), bob);
        let mut saved = cy.clone();
        saved.save().await.unwrap();
        assert_eq!(schema("c-3").await, Some(n(3)));

        let report = upgrade_customers().await.unwrap();
        assert!(report.is_complete && report.failures.is_empty(), "{report:?}");
        assert_eq!((report.progress.read, report.progress.changed), (4, 2));
        for id in ["c-1", "c-2", "c-3", "c-4"] {
            assert_eq!(schema(id).await, Some(n(3)), "{id}");
        }
        let stored = stand.stored("shop").await;
        assert!(!stored.iter().any(|item| item.contains_key("first_name") || item.contains_key("address")));

        // Changed as any customer is, and the e-mail addresses of the earlier programs are still taken.
        let bob = set_address("c-2", "work", home.clone()).await.unwrap();
        assert_eq!((&*bob.name, bob.addresses.len()), ("Bob Ray", 2));
        let taken = register("c-9", "bob@example.com", "Eve").await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::NotUnique);

        // A program of an earlier schema neither reads nor replaces what this one has stored.
        let older = before::second::Customer::get("c-2").await.unwrap_err();
        assert_eq!(older.kind(), ErrorKind::SchemaMismatch);
    })
    .await;
}
