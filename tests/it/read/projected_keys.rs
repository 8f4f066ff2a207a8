//! Projections of reads by key: `get`, `batch_get` and `transact_get`.

use singlet::{ErrorKind, ExpiresIn, Model, Projection, TTLAttribute, Table};

use crate::shop::{Customer, CustomerId, Order, Shop, customer, order};
use crate::stand::{self, item, n, s};
use crate::transport::Transport;

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Customer)]
struct Card {
    id: CustomerId,
    email: Option<String>,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Customer)]
struct Nick {
    nick: Option<String>,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Order)]
struct Price {
    cents: u64,
}

const PRICE: Option<Price> = Some(Price { cents: 1_990 });

#[allow(clippy::unnecessary_wraps, reason = "reads return an `Option`")]
fn card(id: &str) -> Option<Card> {
    let Customer { id, email, .. } = customer(id);
    Some(Card { id, email })
}

#[tokio::test]
async fn every_read_by_key_decodes_the_projection() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        customer("c-1").save().await.unwrap();
        order("c-1", 1).save().await.unwrap();
        let price = |id| Order::get(("c-1", id)).select::<Price>();
        assert_eq!((price(1).await.unwrap(), price(9).await.unwrap()), (PRICE, None));
        assert_eq!(price(1).consistent().detailed().await.unwrap().value, PRICE);
        let keys = [("c-1", 1), ("c-1", 9), ("c-1", 1)];
        assert_eq!(Order::batch_get(keys).select::<Price>().await.unwrap(), [PRICE, None, PRICE]);
        let reads = || (Customer::get("c-1").select::<Card>(), price(1), vec![price(9), price(8)]);
        let expected = (card("c-1"), PRICE, vec![None, None]);
        assert_eq!(singlet::batch_get(reads()).await.unwrap(), expected);
        assert_eq!(singlet::transact_get(reads()).await.unwrap(), expected);
        // A whole item and a projection of it, in one request.
        let both = (Order::get(("c-1", 1)), price(1), Customer::get("c-1").select::<Nick>());
        let (whole, part, nick) = singlet::batch_get(both).await.unwrap();
        assert_eq!((whole, part, nick), (Some(order("c-1", 1)), PRICE, Some(Nick { nick: None })));
    })
    .await;
}

#[tokio::test]
async fn only_the_attributes_of_the_projection_are_requested() {
    let bodies = [
        Customer::get("c-1").select::<Card>().explain().unwrap(),
        Customer::batch_get(["c-1"]).select::<Card>().explain().unwrap(),
        singlet::transact_get(Customer::get("c-1").select::<Card>()).explain().unwrap(),
    ];
    for body in bodies.map(|request| request.body().to_owned()) {
        assert!(body.contains("ProjectionExpression") && body.contains("email"), "{body}");
        assert!(!body.contains("nick") && !body.contains("address"), "{body}");
    }
    // DynamoDB projects all items of a table alike, so a whole item is read with them whole.
    let whole = singlet::batch_get((Customer::get("c-1").select::<Card>(), Order::get(("c-1", 1)))).explain().unwrap();
    assert!(!whole.body().contains("ProjectionExpression"));
}

#[tokio::test]
async fn an_item_without_the_attributes_is_not_absent() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        customer("c-1").save().await.unwrap();
        let nick = || Customer::get("c-1").select::<Nick>();
        let some = Some(Nick { nick: None });
        assert_eq!(nick().await.unwrap(), some);
        assert_eq!(singlet::batch_get(nick()).await.unwrap(), some);
        assert_eq!(singlet::transact_get(nick()).await.unwrap(), some);
    })
    .await;
}

#[tokio::test]
async fn a_projection_of_an_item_of_another_model_is_refused() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let foreign = [("pk", s("CUSTOMER#c-1")), ("sk", s("ORDER#000001")), ("_type", s("Other")), ("cents", n(1))];
        stand.put_raw("shop", item(foreign)).await;
        let price = || Order::get(("c-1", 1)).select::<Price>();
        assert_eq!(price().await.unwrap_err().kind(), ErrorKind::WrongEntity);
        assert_eq!(singlet::batch_get(price()).await.unwrap_err().kind(), ErrorKind::WrongEntity);
        assert_eq!(singlet::transact_get(price()).await.unwrap_err().kind(), ErrorKind::WrongEntity);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "VISIT#{id}", range_key = "VISIT", expired = "hide")]
struct Visit {
    id: u32,
    page: String,
    #[model(ttl = "1h")]
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Visit)]
struct PageOf {
    page: String,
}

#[tokio::test]
async fn a_projection_hides_expired_items_and_extends_no_ttl() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Visit { id: 1, page: "a".into(), expires_at: Some(ExpiresIn::minutes(10)) }.save().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let expected = || Some(PageOf { page: "a".into() });
        singlet::with_client(client, async {
            // An hour is later than the ten minutes of the item, so a whole item would be refreshed.
            assert_eq!(Visit::get(1).select::<PageOf>().await.unwrap(), expected());
            assert_eq!(Visit::batch_get([1]).select::<PageOf>().await.unwrap(), [expected()]);
            let read = singlet::transact_get(Visit::get(1).select::<PageOf>());
            assert_eq!(read.await.unwrap(), expected());
        })
        .await;
        assert_eq!(transport.sent().len(), 3);
        stand.advance(1_200);
        assert_eq!(Visit::get(1).select::<PageOf>().await.unwrap(), None);
        assert_eq!(Visit::batch_get([1]).select::<PageOf>().await.unwrap(), [None]);
        assert_eq!(singlet::transact_get(Visit::get(1).select::<PageOf>()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn fields_are_read_as_a_tuple() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").save().await.unwrap();
        singlet::batch_write().put_all([order("c-1", 1), order("c-1", 2)]).await.unwrap();
        let one = || Customer::get("c-1").fields(|c| (c.id, c.email, c.nick, c.address.city));
        let (id, email) = (CustomerId("c-1".into()), Some("c-1@example.com".to_owned()));
        let expected = Some((id.clone(), email, None, "Paris".to_owned()));
        assert_eq!(one().await.unwrap(), expected);
        assert_eq!(Customer::get("c-9").fields(|c| (c.id,)).await.unwrap(), None);
        let reads = || (one(), Order::get(("c-1", 1)).fields(|o| (o.cents,)), Order::get(("c-1", 2)).select::<Price>());
        let all = (expected, Some((1_990,)), PRICE);
        assert_eq!(singlet::batch_get(reads()).await.unwrap(), all);
        assert_eq!(singlet::transact_get(reads()).await.unwrap(), all);
        let query = || Order::query("c-1").fields(|o| (o.id, o.cents, o.customer));
        let rows = [(1, 1_990, id.clone()), (2, 1_990, id)];
        assert_eq!(query().await.unwrap(), rows);
        assert_eq!(query().limit(1).page().await.unwrap().items, rows[..1]);
        let mut stream = query().descending().stream();
        assert_eq!(stream.next().await.unwrap().unwrap(), rows[1]);
        let mut scanned = Order::scan().segments(2).fields(|o| (o.id,)).await.unwrap();
        scanned.sort_unstable();
        assert_eq!(scanned, [(1,), (2,)]);

        // An item that lacks an attribute, or has it with another type, is not a tuple.
        let damaged = [("pk", s("CUSTOMER#c-2")), ("sk", s("ORDER#000001")), ("_type", s("Order")), ("id", s("1"))];
        stand.put_raw("shop", item(damaged)).await;
        for (error, attribute) in [
            (Order::get(("c-2", 1)).fields(|o| (o.cents,)).await.unwrap_err(), "cents"),
            (Order::query("c-2").fields(|o| (o.id,)).await.unwrap_err(), "id"),
        ] {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(attribute)));
        }
        let body = Order::query("c-1").fields(|o| (o.id,)).explain().unwrap().body().to_owned();
        assert!(body.contains("ProjectionExpression") && !body.contains("cents"), "{body}");
    })
    .await;
}
