//! Projections as members of collections: one query reads what each member needs.

use singlet::{
    Collection, ErrorKind, HookContext, Hooks, Item, KeyText, Model, Projection, SkipReason, TTLAttribute, Table,
};

use crate::read::skipped::Skipped;
use crate::shop::{Address, Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, START, item, n, s};
use crate::transport::Transport;

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Customer)]
struct Card {
    id: CustomerId,
    address: Address,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Order)]
struct Price {
    cents: u64,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Row {
    Card(Card),
    Price(Price),
}

#[derive(Debug, PartialEq, Collection)]
struct Summary {
    card: Card,
    prices: Vec<Price>,
}

#[derive(Debug, PartialEq, Collection)]
struct Mixed {
    card: Option<Card>,
    orders: Vec<Order>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Any {
    Price(Price),
    #[collection(other)]
    Other(Item),
}

#[derive(Debug, Clone, PartialEq, Collection)]
#[collection(deny_unknown)]
enum Strict {
    Price(Price),
    Line(LineNumber),
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = OrderLine)]
struct LineNumber {
    line: u8,
}

fn card() -> Card {
    let Customer { id, address, .. } = customer("c-1");
    Card { id, address }
}

fn price(cents: u64) -> Row {
    Row::Price(Price { cents })
}

/// The customer `c-1` with orders 1 to 9, order `id` of `100 * id` cents, and another customer.
async fn fill() {
    Shop::create_table().await.unwrap();
    let orders = (1..10).map(|id| Order { cents: u64::from(id) * 100, ..order("c-1", id) });
    let batch = singlet::batch_write().put(customer("c-1")).put_all(orders);
    batch.put(customer("c-2")).put(order("c-2", 1)).await.unwrap();
}

fn rows() -> Vec<Row> {
    (1..10).map(|id| price(id * 100)).chain([Row::Card(card())]).collect()
}

/// The names in the projection of a request.
fn requested(request: &singlet::RequestPlan) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    let Some(expression) = body["ProjectionExpression"].as_str() else { return Vec::new() };
    let name = |at: &str| body["ExpressionAttributeNames"][at.trim()].as_str().unwrap().to_owned();
    let mut names: Vec<String> = expression.split(',').map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn members_are_read_with_one_request_for_what_they_need() {
    stand::run(async |stand| {
        fill().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        assert_eq!(Row::query("c-1").client(&client).await.unwrap(), rows());
        assert_eq!(transport.sent().len(), 1);
        let names = requested(&Row::query("c-1").explain().unwrap());
        assert_eq!(names, ["_type", "address", "cents", "id", "pk", "sk"]);

        let summary = Summary::query("c-1").await.unwrap();
        assert_eq!((summary.card, summary.prices.len()), (card(), 9));
        let missing = Summary::query("c-9").await.unwrap_err();
        assert_eq!((missing.kind(), missing.model()), (ErrorKind::NotFound, Some("Customer")));
        let detailed = Row::query("c-1").detailed().await.unwrap();
        assert_eq!(detailed.value.len(), 10);
        let read = Row::from_item(&order("c-1", 1).to_item().unwrap()).unwrap();
        assert_eq!(read, price(1_990));
    })
    .await;
}

#[tokio::test]
async fn a_whole_model_beside_a_projection_is_read_whole() {
    stand::run(async |_| {
        fill().await;
        assert_eq!(requested(&Mixed::query("c-1").explain().unwrap()), [""; 0]);
        let mixed = Mixed::query("c-1").await.unwrap();
        assert_eq!((mixed.card, mixed.orders.len()), (Some(card()), 9));
        assert_eq!(mixed.orders[0], Order { cents: 100, ..order("c-1", 1) });
        // So are the items that an enum keeps.
        assert_eq!(requested(&Any::query("c-1").explain().unwrap()), [""; 0]);
        let any = Any::query("c-1").await.unwrap();
        assert_eq!(any[0], Any::Price(Price { cents: 100 }));
        assert_eq!(any[9], Any::Other(customer("c-1").to_item().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn pages_lead_forward_and_back() {
    stand::run(async |_| {
        fill().await;
        let (mut seen, mut cursor, mut back) = (Vec::new(), None, None);
        loop {
            let page = Row::query("c-1").limit(3).cursor(cursor.as_deref()).page().await.unwrap();
            seen.extend(page.items);
            back = page.previous.or(back);
            match page.cursor {
                Some(next) => cursor = Some(next.to_string()),
                None => break,
            }
        }
        assert_eq!(seen, rows());
        let before = Row::query("c-1").limit(3).cursor(back.unwrap().as_ref()).page().await.unwrap();
        assert_eq!(before.items, rows()[6..9]);
        let mut pages = Row::query("c-1").limit(4).pages();
        assert_eq!(pages.next().await.unwrap().unwrap().items, rows()[..4]);
        assert_eq!(Row::query("c-1").descending().first().await.unwrap(), Some(Row::Card(card())));
    })
    .await;
}

#[tokio::test]
async fn filters_ranges_counts_and_scans_are_those_of_the_models() {
    stand::run(async |_| {
        fill().await;
        let found = Row::query("c-1").filter::<Price, _>(|o| o.cents.gt(700)).await.unwrap();
        assert_eq!(found, [price(800), price(900), Row::Card(card())]);
        // The filter uses an attribute that no member reads.
        let none = Row::query("c-1").filter::<Card, _>(|c| c.points.gt(100)).await.unwrap();
        assert_eq!(none, rows()[..9]);
        assert_eq!(Row::query("c-1").ge(KeyText("ORDER#000009")).await.unwrap(), rows()[8..]);
        assert_eq!(Row::query("c-1").count().await.unwrap(), 10);
        assert_eq!(Row::query("c-1").filter::<Price, _>(|o| o.cents.gt(700)).count().await.unwrap(), 3);
        assert_eq!(Row::scan().await.unwrap().len(), 12);
        assert_eq!(requested(&Row::scan().explain().unwrap()), ["_type", "address", "cents", "id", "pk", "sk"]);
        assert_eq!(Row::scan().count().await.unwrap(), 12);
    })
    .await;
}

#[tokio::test]
async fn items_of_other_models_are_skipped_or_refused() {
    stand::run(async |stand| {
        fill().await;
        OrderLine { customer: CustomerId("c-1".into()), order: 1, line: 1 }.save().await.unwrap();
        let skipped = Skipped::default();
        assert_eq!(Row::query("c-1").client(&stand.observed(skipped.clone())).await.unwrap(), rows());
        assert_eq!(skipped.take("shop"), [("Row", SkipReason::WrongEntity)]);
        let error = Strict::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some("Strict")));
        customer("c-1").delete().await.unwrap();
        assert_eq!(Strict::query("c-1").await.unwrap().len(), 10);

        let mut damaged = order("c-1", 2).to_item().unwrap();
        damaged.insert("cents".into(), s("free"));
        stand.put_raw("shop", damaged).await;
        let error = Row::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("cents")));
        assert_eq!(Row::query("c-1").skip_undecodable().await.unwrap().len(), 8);
    })
    .await;
}

#[derive(Table)]
#[table(name = "desk", hash_key = "pk", range_key = "sk", ttl = "gone_at", entity = "kind")]
#[table(index(name = "by_day", hash_key = "day_pk", range_key = "day_sk"))]
struct Desk;

fn nothing(_: &mut Item) {}

/// A model with everything that a projection must request unasked.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "NOTE#{id}", expired = "hide", hooks)]
#[model(index(by_day, hash_key = "DAY#{day}", range_key = "NOTE#{id}"))]
struct Note {
    desk: u32,
    id: u32,
    day: String,
    #[model(alias = "body")]
    text: String,
    gone_at: Option<TTLAttribute>,
}

impl Hooks for Note {
    async fn after_load(&mut self, _: &HookContext<'_>) -> singlet::Result<()> {
        Err(singlet::Error::hook("a projection is not a model, so its hook does not run"))
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "TASK#{id}", schema = 2, upgrade(nothing))]
#[model(index(by_day, hash_key = "DAY#{day}", range_key = "TASK#{id}"))]
struct Task {
    desk: u32,
    id: u32,
    day: String,
    title: String,
    size: u32,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Note)]
struct Text {
    text: String,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Task)]
struct Title {
    title: String,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Entry {
    Text(Text),
    Title(Title),
}

#[tokio::test]
async fn what_members_need_besides_their_fields_is_requested_too() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        let note = |id, text: &str, gone_at: i64| {
            let day = [("day", s("mon")), ("day_pk", s("DAY#mon")), ("day_sk", s(&format!("NOTE#{id:010}")))];
            let key = [("pk", s("DESK#0000000001")), ("sk", s(&format!("NOTE#{id:010}"))), ("kind", s("Note"))];
            let rest = [("desk", n(1)), ("id", n(id)), ("body", s(text)), ("gone_at", n(gone_at))];
            item(day).into_iter().chain(item(key)).chain(item(rest)).collect::<Item>()
        };
        stand.put_raw("desk", note(1, "old name", START + 100)).await;
        stand.put_raw("desk", note(2, "expired", START - 100)).await;
        let mut task = Task { desk: 1, id: 1, day: "mon".into(), title: "tidy".into(), size: 3 };
        task.save().await.unwrap();

        let entries = [Entry::Text(Text { text: "old name".into() }), Entry::Title(Title { title: "tidy".into() })];
        assert_eq!(Entry::query(1).await.unwrap(), entries);
        assert_eq!(Entry::index(Desk::BY_DAY).query("mon").await.unwrap(), entries);
        let page = Entry::index(Desk::BY_DAY).query("mon").limit(1).page().await.unwrap();
        let next = Entry::index(Desk::BY_DAY).query("mon").cursor(page.cursor.unwrap().as_ref()).page().await.unwrap();
        assert_eq!(([page.items, next.items].concat(), next.cursor), (entries.to_vec(), None));
        assert_eq!(Entry::query(1).count().await.unwrap(), 2);
        let names = requested(&Entry::query(1).explain().unwrap());
        assert_eq!(names, ["_schema", "body", "gone_at", "kind", "pk", "sk", "text", "title"]);

        // A part of an item cannot be upgraded, as in any other read of a projection.
        let old = task.to_item().unwrap().into_iter().filter(|(name, _)| name != "_schema").collect();
        stand.put_raw("desk", old).await;
        assert_eq!(Entry::query(1).await.unwrap_err().kind(), ErrorKind::Decode);
    })
    .await;
}
