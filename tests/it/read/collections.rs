//! Items of several models that one query reads.

use singlet::{Collection, ErrorKind, HookContext, Hooks, Item, Model, ModelConfig, SkipReason, Table};

use crate::read::skipped::Skipped;
use crate::shop::{Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, Stand, item, n, s};
use crate::transport::Transport;

#[derive(Debug, PartialEq, Collection)]
struct CustomerPage {
    customer: Option<Customer>,
    orders: Vec<Order>,
    lines: Vec<OrderLine>,
}

#[derive(Debug, PartialEq, Collection)]
struct Account {
    owner: Customer,
    orders: Vec<Order>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Row {
    Customer(Customer),
    Order(Order),
    Line(OrderLine),
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Known {
    Order(Order),
    #[collection(other)]
    Other(Item),
}

#[derive(Debug, PartialEq, Collection)]
#[collection(deny_unknown)]
struct OrdersOnly {
    orders: Vec<Order>,
}

fn line(order: u32) -> OrderLine {
    OrderLine { customer: CustomerId("c-1".into()), order, line: 1 }
}

fn orders(ids: impl IntoIterator<Item = u32>) -> Vec<Order> {
    ids.into_iter().map(|id| order("c-1", id)).collect()
}

/// The customer `c-1` with orders 1 to 9, the lines of orders 1 and 2, and another customer.
async fn fill() {
    Shop::create_table().await.unwrap();
    let batch = singlet::batch_write().put(customer("c-1")).put_all(orders(1..10)).put_all([line(1), line(2)]);
    batch.put(customer("c-2")).put(order("c-2", 1)).await.unwrap();
}

/// The rows of `c-1` in the order of their range keys: `ORDER#000001` …, `ORDER#ITEM#000001#…`, `PROFILE`.
fn rows() -> Vec<Row> {
    let orders = orders(1..10).into_iter().map(Row::Order);
    orders.chain([line(1), line(2)].map(Row::Line)).chain([Row::Customer(customer("c-1"))]).collect()
}

/// An item of no model in the partition of `c-1`, before all others.
async fn put_stranger(stand: &Stand, entity: Option<&str>) -> Item {
    let mut stranger = item([("pk", s("CUSTOMER#c-1")), ("sk", s("AUDIT#1")), ("cents", n(1))]);
    stranger.extend(entity.map(|entity| ("_type".to_owned(), s(entity))));
    stand.put_raw("shop", stranger.clone()).await;
    stranger
}

#[tokio::test]
async fn items_fall_into_the_fields_of_a_struct() {
    stand::run(async |_| {
        fill().await;
        let page = CustomerPage::query("c-1").await.unwrap();
        let expected =
            CustomerPage { customer: Some(customer("c-1")), orders: orders(1..10), lines: vec![line(1), line(2)] };
        assert_eq!(page, expected);
        let backward = CustomerPage::query("c-1").descending().consistent().await.unwrap();
        assert_eq!(backward.orders, orders((1..10).rev()));
        let empty = CustomerPage::query("c-3").await.unwrap();
        assert_eq!(empty, CustomerPage { customer: None, orders: vec![], lines: vec![] });
    })
    .await;
}

#[tokio::test]
async fn items_of_an_enum_come_mixed_in_the_order_of_their_range_keys() {
    stand::run(async |_| {
        fill().await;
        assert_eq!(Row::query("c-1").await.unwrap(), rows());
        let backward: Vec<_> = rows().into_iter().rev().collect();
        assert_eq!(Row::query("c-1").descending().await.unwrap(), backward);
        assert_eq!(Row::query("c-1").descending().first().await.unwrap(), Some(Row::Customer(customer("c-1"))));
        assert_eq!(Row::query("c-3").first().await.unwrap(), None);
        let detailed = Row::query("c-1").detailed().await.unwrap();
        assert_eq!(detailed.value.len(), 12);
        assert!(detailed.cost.requests > 0);
    })
    .await;
}

#[tokio::test]
async fn all_pages_are_read_and_a_limit_is_of_items_of_all_models() {
    stand::run(async |stand| {
        fill().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        assert_eq!(Row::query("c-1").page_size(5).client(&client).await.unwrap(), rows());
        assert_eq!(transport.sent().len(), 3);
        let page = CustomerPage::query("c-1").page_size(4).client(&client).await.unwrap();
        assert_eq!((page.orders.len(), page.lines.len(), page.customer), (9, 2, Some(customer("c-1"))));
        for limit in [0, 1, 9, 10, 12, 99] {
            let expected = &rows()[..limit.min(12)];
            assert_eq!(Row::query("c-1").limit(limit).page_size(4).await.unwrap(), expected, "limit {limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_item_that_the_struct_needs_is_not_found() {
    stand::run(async |_| {
        fill().await;
        let account = Account::query("c-1").await.unwrap();
        assert_eq!((account.owner, account.orders.len()), (customer("c-1"), 9));
        customer("c-1").delete().await.unwrap();
        let error = Account::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::NotFound, Some("Customer")));
    })
    .await;
}

/// As [`Customer`], but a partition may hold several.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "NOTE#{number}")]
struct Note {
    customer: CustomerId,
    number: u8,
}

#[derive(Debug, PartialEq, Collection)]
struct OneNote {
    note: Option<Note>,
    orders: Vec<Order>,
}

#[tokio::test]
async fn a_second_item_where_the_struct_has_one_is_too_many() {
    stand::run(async |_| {
        fill().await;
        let note = |number| Note { customer: CustomerId("c-1".into()), number };
        note(1).save().await.unwrap();
        assert_eq!(OneNote::query("c-1").await.unwrap().note, Some(note(1)));
        note(2).save().await.unwrap();
        let error = OneNote::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::TooMany, Some("Note")));
    })
    .await;
}

#[tokio::test]
async fn items_of_no_model_are_skipped_and_reported_to_the_observer() {
    stand::run(async |stand| {
        fill().await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        for (entity, reason) in [(Some("Robot"), SkipReason::WrongEntity), (None, SkipReason::MissingEntity)] {
            put_stranger(stand, entity).await;
            assert_eq!(Row::query("c-1").client(&client).await.unwrap(), rows());
            assert_eq!(skipped.take("shop"), [("Row", reason)]);
        }
        let two = Row::query("c-1").limit(2).client(&client).await.unwrap();
        assert_eq!(two, rows()[..2], "a limit counts no skipped items");
    })
    .await;
}

#[tokio::test]
async fn items_of_no_model_are_kept_where_the_enum_has_a_place() {
    stand::run(async |stand| {
        fill().await;
        for entity in [Some("Robot"), None] {
            let stranger = put_stranger(stand, entity).await;
            let rows = Known::query("c-1").await.unwrap();
            assert_eq!(rows.len(), 13);
            assert_eq!(rows[0], Known::Other(stranger));
            assert_eq!(rows[1], Known::Order(order("c-1", 1)));
            assert_eq!(rows[12], Known::Other(customer("c-1").to_item().unwrap()));
        }
    })
    .await;
}

#[tokio::test]
async fn an_item_of_no_model_is_an_error_where_the_collection_says_so() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        singlet::batch_write().put_all(orders(1..4)).await.unwrap();
        assert_eq!(OrdersOnly::query("c-1").await.unwrap().orders, orders(1..4));
        put_stranger(stand, Some("Robot")).await;
        let error = OrdersOnly::query("c-1").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.table()),
            (ErrorKind::WrongEntity, Some("OrdersOnly"), Some("shop"))
        );
    })
    .await;
}

#[tokio::test]
async fn an_item_that_does_not_fit_its_model_is_an_error() {
    stand::run(async |stand| {
        fill().await;
        let mut damaged = order("c-1", 2).to_item().unwrap();
        damaged.insert("cents".into(), s("free"));
        stand.put_raw("shop", damaged).await;
        let error = CustomerPage::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("cents")));
    })
    .await;
}

#[derive(Debug, PartialEq, Collection)]
struct Ordered {
    lines: Vec<OrderLine>,
    orders: Vec<Order>,
}

#[test]
fn what_all_range_keys_begin_with_bounds_the_query() {
    let body = |request: singlet::RequestPlan| request.body().to_owned();
    let bounded = body(Ordered::query("c-1").explain().unwrap());
    assert!(bounded.contains("begins_with") && bounded.contains(r#"{"S":"ORDER#"}"#), "{bounded}");
    for whole in [
        Row::query("c-1").explain().unwrap(),
        // Items of no model may have any range key.
        Known::query("c-1").explain().unwrap(),
        OrdersOnly::query("c-1").explain().unwrap(),
    ] {
        assert!(!body(whole).contains("begins_with"));
    }
}

#[tokio::test]
async fn a_filter_of_dynamodb_goes_to_every_page() {
    stand::run(async |_| {
        fill().await;
        let dear = Order { cents: 9_000, ..order("c-1", 8) };
        dear.clone().save().await.unwrap();
        let filter = singlet::RawExpression::new("#c > :least").name("#c", "cents").value(":least", 8_000);
        let found = Row::query("c-1").page_size(3).filter_raw(filter).await.unwrap();
        assert_eq!(found, [Row::Order(dear)]);
    })
    .await;
}

#[tokio::test]
async fn an_enum_reads_items_of_the_sdk() {
    stand::run(async |_| {
        for row in rows() {
            let stored = match &row {
                Row::Customer(customer) => customer.to_item(),
                Row::Order(order) => order.to_item(),
                Row::Line(line) => line.to_item(),
            };
            assert_eq!(Row::from_item(&stored.unwrap()).unwrap(), row);
        }
        let stranger = item([("pk", s("x")), ("_type", s("Robot"))]);
        let error = Row::from_item(&stranger).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some("Row")));
        assert_eq!(Known::from_item(&stranger).unwrap(), Known::Other(stranger));
        let odd = item([("pk", s("x")), ("_type", n(7))]);
        assert_eq!(Row::from_item(&odd).unwrap_err().kind(), ErrorKind::WrongEntity);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "GREETING", hooks)]
struct Greeting {
    customer: CustomerId,
    text: String,
}

impl Hooks for Greeting {
    async fn after_load(&mut self, cx: &HookContext<'_>) -> singlet::Result<()> {
        assert_eq!(cx.table, "shop");
        self.text.push('!');
        if self.text == "fail!" { Err(singlet::Error::hook("a bad greeting")) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Collection)]
enum Greeted {
    Customer(Customer),
    Greeting(Greeting),
    #[collection(other)]
    Other(Item),
}

#[tokio::test]
async fn the_hooks_of_each_model_run_on_its_items() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let greeting = |text: &str| Greeting { customer: CustomerId("c-1".into()), text: text.into() };
        singlet::batch_write().put(customer("c-1")).put(order("c-1", 1)).await.unwrap();
        greeting("hi").save().await.unwrap();
        let rows = Greeted::query("c-1").await.unwrap();
        assert_eq!(rows[0], Greeted::Greeting(greeting("hi!")));
        assert!(matches!(rows[1..], [Greeted::Other(_), Greeted::Customer(_)]));
        let plain = Greeted::query("c-1").skip_hooks(true).first().await.unwrap();
        assert_eq!(plain, Some(Greeted::Greeting(greeting("hi"))));
        greeting("fail").save().await.unwrap();
        assert_eq!(Greeted::query("c-1").await.unwrap_err().kind(), ErrorKind::Hook);
    })
    .await;
}

fn archive() -> ModelConfig {
    ModelConfig::new("archive")
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, config = archive, hash_key = "CUSTOMER#{customer}", range_key = "OLD#{id}")]
struct Old {
    customer: CustomerId,
    id: u32,
}

#[derive(Debug, PartialEq, Collection)]
struct Torn {
    orders: Vec<Order>,
    old: Vec<Old>,
}

#[tokio::test]
async fn models_that_run_time_configs_tear_apart_are_refused() {
    stand::run(async |_| {
        fill().await;
        let error = Torn::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Configuration, Some("Old")));
        let told = Torn::query("c-1").table("shop").await.unwrap();
        assert_eq!((told.orders.len(), told.old.len()), (9, 0));
    })
    .await;
}

/// Items of one model, in a table that names no entities.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "A#{a}", range_key = "B#{b}")]
struct Plain {
    a: String,
    b: u8,
}

#[derive(Debug, PartialEq, Collection)]
struct Alone {
    all: Vec<Plain>,
}

/// A model of a table that other tools write too.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:06}", entity = "optional", entity_name = "legacy")]
struct Legacy {
    customer: CustomerId,
    id: u32,
}

#[derive(Debug, PartialEq, Collection)]
enum Mixed {
    Order(Order),
    Legacy(Legacy),
}

#[tokio::test]
async fn items_that_name_no_entity_are_of_the_model_that_takes_them() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let plain = Plain { a: "x".into(), b: 1 };
        plain.clone().save().await.unwrap();
        assert_eq!(Alone::query("x").await.unwrap().all, [plain]);

        fill().await;
        let mut legacy = order("c-1", 0).to_item().unwrap();
        legacy.remove("_type");
        stand.put_raw("shop", legacy).await;
        let rows = Mixed::query("c-1").limit(2).await.unwrap();
        let legacy = Legacy { customer: CustomerId("c-1".into()), id: 0 };
        assert_eq!(rows, [Mixed::Legacy(legacy), Mixed::Order(order("c-1", 1))]);
    })
    .await;
}

#[tokio::test]
async fn pages_of_an_enum_go_on_across_models_and_back() {
    stand::run(async |_| {
        fill().await;
        for size in [1, 4, 5, 12, 13] {
            let query = || Row::query("c-1").limit(size);
            let mut read = Vec::new();
            let mut page = query().page().await.unwrap();
            let first = page.items.clone();
            loop {
                assert!(page.items.len() <= size);
                read.extend(page.items);
                let Some(cursor) = page.cursor else { break };
                page = query().cursor(&cursor).page().await.unwrap();
                if let Some(previous) = &page.previous {
                    let before = query().cursor(previous).page().await.unwrap();
                    assert_eq!(before.items, read[read.len() - size..], "size {size}");
                }
            }
            assert_eq!(read, rows(), "size {size}");
            assert_eq!(first, rows()[..size.min(12)]);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_struct_hold_what_lies_in_them() {
    stand::run(async |_| {
        fill().await;
        let query = || CustomerPage::query("c-1").limit(8);
        let first = query().page().await.unwrap();
        assert_eq!(first.collection, CustomerPage { customer: None, orders: orders(1..9), lines: vec![] });
        assert!(first.previous.is_none());
        let second = query().cursor(first.cursor.unwrap()).page().await.unwrap();
        let rest =
            CustomerPage { customer: Some(customer("c-1")), orders: orders(9..10), lines: vec![line(1), line(2)] };
        assert_eq!(second.collection, rest);
        assert!(second.cursor.is_none() && second.previous.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_cursor_belongs_to_one_collection_and_partition() {
    stand::run(async |_| {
        fill().await;
        let cursor = Row::query("c-1").limit(2).page().await.unwrap().cursor.unwrap();
        for error in [
            Row::query("c-2").cursor(&cursor).page().await.unwrap_err(),
            Known::query("c-1").cursor(&cursor).page().await.unwrap_err(),
            Row::query("c-1").descending().cursor(&cursor).page().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        }
        assert_eq!(Order::query("c-1").cursor(&cursor).page().await.unwrap_err().kind(), ErrorKind::InvalidCursor);
        assert_eq!(Row::query("c-1").cursor(&cursor).await.unwrap(), rows()[2..]);
    })
    .await;
}

#[tokio::test]
async fn a_stream_gives_the_rows_one_by_one() {
    stand::run(async |stand| {
        fill().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let mut stream = Row::query("c-1").page_size(5).client(&client).stream();
        assert_eq!(transport.sent().len(), 0, "nothing is sent before the first item is asked for");
        let mut read = Vec::new();
        while let Some(row) = stream.next().await {
            read.push(row.unwrap());
            assert_eq!(transport.sent().len(), read.len().div_ceil(5));
        }
        assert_eq!(read, rows());
        let mut pages = Row::query("c-1").limit(7).pages();
        assert_eq!(pages.next().await.unwrap().unwrap().items, rows()[..7]);
        assert_eq!(pages.next().await.unwrap().unwrap().items, rows()[7..]);
        assert!(pages.next().await.is_none());
    })
    .await;
}

#[derive(Table)]
#[table(name = "mail", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_address", hash_key = "address", range_key = "at"))]
#[table(index(name = "by_day", range_key = "day", local))]
struct Mail;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Mail, hash_key = "BOX#{id}", range_key = "BOX")]
#[model(index(by_address, hash_key = "TO#{address_of}", range_key = "BOX"))]
#[model(index(by_day, range_key = "ABOX"))]
struct Inbox {
    id: u32,
    address_of: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Mail, hash_key = "BOX#{inbox}", range_key = "LETTER#{id}")]
#[model(index(by_address, hash_key = "TO#{to}", range_key = "LETTER#{id}"))]
#[model(index(by_day, range_key = "DAY#{day_of}"))]
struct Letter {
    inbox: u32,
    id: u32,
    to: String,
    day_of: u32,
}

#[derive(Debug, PartialEq, Collection)]
struct Post {
    inbox: Option<Inbox>,
    letters: Vec<Letter>,
}

#[derive(Debug, PartialEq, Collection)]
enum Piece {
    Inbox(Inbox),
    Letter(Letter),
}

/// Its hash key in the index begins otherwise.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Mail, hash_key = "BOX#{inbox}", range_key = "SENT#{id}")]
#[model(index(by_address, hash_key = "FROM#{from}", range_key = "SENT#{id}"))]
struct Sent {
    inbox: u32,
    id: u32,
    from: String,
}

#[derive(Debug, PartialEq, Collection)]
enum Way {
    Letter(Letter),
    Sent(Sent),
}

#[tokio::test]
async fn an_index_that_holds_all_of_every_model_is_read_too() {
    stand::run(async |_| {
        Mail::create_table().await.unwrap();
        let inbox = Inbox { id: 1, address_of: "ann".into() };
        inbox.clone().save().await.unwrap();
        let letter = |inbox, id, day_of| Letter { inbox, id, to: "ann".into(), day_of };
        for letter in [letter(1, 1, 9), letter(2, 2, 8), letter(1, 3, 7)] {
            letter.clone().save().await.unwrap();
        }
        let post = Post::index(Mail::BY_ADDRESS).query("ann").await.unwrap();
        let letters = vec![letter(1, 1, 9), letter(2, 2, 8), letter(1, 3, 7)];
        assert_eq!(post, Post { inbox: Some(inbox.clone()), letters });
        let by_day = Piece::index(Mail::BY_DAY).query(1).consistent().await.unwrap();
        assert_eq!(
            by_day,
            [Piece::Inbox(inbox.clone()), Piece::Letter(letter(1, 3, 7)), Piece::Letter(letter(1, 1, 9))]
        );

        let query = || Piece::index(Mail::BY_ADDRESS).query("ann").limit(3);
        let first = query().page().await.unwrap();
        let second = query().cursor(first.cursor.unwrap()).page().await.unwrap();
        assert_eq!((first.items.len(), second.items.len()), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn models_with_other_keys_in_the_index_are_refused() {
    stand::run(async |_| {
        Mail::create_table().await.unwrap();
        let error = Way::index(Mail::BY_ADDRESS).query("ann").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Configuration, Some("Sent")));
        assert_eq!(Way::query(1).await.unwrap(), []);
    })
    .await;
}

#[test]
fn an_enum_reads_the_records_of_a_stream() {
    let event = singlet::stream::StreamEvent::from_slice(
        br#"{"Records":[
            {"eventName":"MODIFY","dynamodb":{"SequenceNumber":"1",
                "OldImage":{"pk":{"S":"CUSTOMER#c-1"},"sk":{"S":"ORDER#000001"},"customer":{"S":"c-1"},"id":{"N":"1"},
                    "cents":{"N":"1990"},"_type":{"S":"Order"}},
                "NewImage":{"pk":{"S":"x"},"sk":{"S":"x"},"_type":{"S":"Robot"}}}},
            {"eventName":"REMOVE","dynamodb":{"SequenceNumber":"2",
                "OldImage":{"pk":{"S":"x"},"sk":{"S":"x"},"_type":{"S":"Order"},"id":{"S":"one"}}}}]}"#,
    )
    .unwrap();
    let [changed, removed] = event.records() else { panic!("two records") };
    assert_eq!(changed.old_image_as().unwrap(), Some(Row::Order(order("c-1", 1))));
    assert_eq!(changed.new_image_as::<Row>().unwrap_err().kind(), ErrorKind::WrongEntity);
    assert!(matches!(changed.new_image_as().unwrap(), Some(Known::Other(_))));
    assert_eq!(removed.new_image_as::<Row>().unwrap(), None);
    let error = removed.old_image_as::<Row>().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("id")));
}

/// A model of the same table with another hash key: it meets letters in the index only.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Mail, hash_key = "PERSON#{name}", range_key = "PERSON")]
#[model(index(by_address, hash_key = "TO#{name}", range_key = "A_PERSON"))]
struct Person {
    name: String,
}

#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
struct Received {
    person: Person,
    letters: Vec<Letter>,
}

#[tokio::test]
async fn models_may_meet_in_an_index_only() {
    stand::run(async |_| {
        Mail::create_table().await.unwrap();
        let (person, letter) = (Person { name: "ann".into() }, Letter { inbox: 1, id: 1, to: "ann".into(), day_of: 1 });
        person.clone().save().await.unwrap();
        letter.clone().save().await.unwrap();
        let received = Received::index(Mail::BY_ADDRESS).query("ann").await.unwrap();
        assert_eq!(received, Received { person, letters: vec![letter] });
        let nobody = Received::index(Mail::BY_ADDRESS).query("bob").await.unwrap_err();
        assert_eq!((nobody.kind(), nobody.model()), (ErrorKind::NotFound, Some("Person")));
    })
    .await;
}

#[tokio::test]
async fn a_filter_is_about_the_items_of_its_model() {
    stand::run(async |_| {
        fill().await;
        let is_wanted = |row: &Row| !matches!(row, Row::Order(order) if order.id <= 7);
        let all = Row::query("c-1").await.unwrap();
        let expected: Vec<Row> = all.iter().filter(|row| is_wanted(row)).cloned().collect();
        // A customer has an `id` too, of another type.
        let filtered = || Row::query("c-1").filter::<Order, _>(|o| o.id.gt(7));
        assert_eq!(filtered().await.unwrap(), expected);
        assert_eq!(expected.len(), 5);
        assert_eq!(filtered().count().await.unwrap(), 5);
        assert_eq!(filtered().limit(2).await.unwrap(), expected[..2]);
        let none = filtered().filter::<Customer, _>(|c| c.points.gt(100)).await.unwrap();
        assert_eq!(none.len(), 4);
        let page = CustomerPage::query("c-1").filter::<Order, _>(|o| o.id.eq(3)).await.unwrap();
        assert_eq!((page.orders, page.lines.len()), (orders([3]), 2));
        assert!(page.customer.is_some());
    })
    .await;
}

#[tokio::test]
async fn counts_and_scans_are_of_the_models_of_the_collection() {
    stand::run(async |stand| {
        fill().await;
        let stranger = item([("pk", s("CUSTOMER#c-1")), ("sk", s("ORDER#STRANGE")), ("_type", s("Stranger"))]);
        stand.put_raw("shop", stranger).await;
        assert_eq!(Row::query("c-1").count().await.unwrap(), 12);
        assert_eq!(Row::query("c-1").limit(5).count().await.unwrap(), 5);
        assert_eq!(OrdersOnly::query("c-2").count().await.unwrap(), 1);
        assert_eq!(Known::query("c-1").count().await.unwrap(), 13);
        assert_eq!(Known::query("c-1").await.unwrap().len(), 13);

        let mut all = Row::scan().await.unwrap();
        assert_eq!((all.len(), Row::scan().count().await.unwrap()), (14, 14));
        let mut of_segments = Row::scan().segments(3).await.unwrap();
        let mut of_pages = Vec::new();
        let mut cursor = None;
        loop {
            let page = Row::scan().limit(4).cursor(cursor).page().await.unwrap();
            of_pages.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        for rows in [&mut all, &mut of_segments, &mut of_pages] {
            rows.sort_by_key(|row| format!("{row:?}"));
        }
        assert_eq!((&all, &all), (&of_segments, &of_pages));
        let large = Row::scan().filter::<Order, _>(|o| o.id.gt(7)).await.unwrap();
        assert_eq!(large.len(), 6);
        // A collection that keeps items of other models scans everything.
        assert_eq!((Known::scan().await.unwrap().len(), Known::scan().count().await.unwrap()), (15, 15));
    })
    .await;
}
