//! Structs of some of a model's attributes, read by queries and scans.

use serde::{Deserialize, Serialize};
use singlet::{CompressedAttribute, ErrorKind, Model, Projection, Table};

use crate::shop::{Address, Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, item, n, s};
use crate::transport::Transport;

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Customer)]
struct Card {
    id: CustomerId,
    email: Option<String>,
    #[projection(default)]
    points: u64,
    address: Address,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Order)]
struct Price {
    cents: u64,
}

#[tokio::test]
async fn a_query_reads_the_attributes_of_the_projection() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").save().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let card = Customer::query("c-1").select::<Card>().client(&client).one().await.unwrap();
        let expected = customer("c-1");
        let expected =
            Card { id: expected.id, email: expected.email, points: expected.points, address: expected.address };
        assert_eq!(card, Some(expected));
        let sent = transport.sent();
        assert_eq!(sent.len(), 1);
        let names = Customer::query("c-1").select::<Card>().explain().unwrap().body().to_owned();
        assert!(names.contains("ProjectionExpression") && !names.contains("nick"), "{names}");
    })
    .await;
}

#[tokio::test]
async fn items_of_other_entities_are_passed_over() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let line = OrderLine { customer: CustomerId("c-1".into()), order: 1, line: 1 };
        singlet::batch_write().put_all([order("c-1", 1), order("c-1", 2)]).put(&line).await.unwrap();
        let untyped = item([("pk", s("CUSTOMER#c-1")), ("sk", s("ORDER#x")), ("cents", n(1))]);
        stand.put_raw("shop", untyped).await;
        assert_eq!(
            Order::query("c-1").select::<Price>().await.unwrap(),
            [Price { cents: 1_990 }, Price { cents: 1_990 }]
        );
        assert_eq!(Order::scan().select::<Price>().await.unwrap().len(), 2);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Device {
    os: String,
}

/// Every way in which an attribute is named and stored.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "REPORT#{id}", range_key = "REPORT", rename_all = "camelCase")]
struct Report {
    id: u32,
    long_title: String,
    #[model(rename = "T")]
    text: CompressedAttribute,
    #[model(compressed(min_size = 1))]
    raw_text: String,
    #[model(compressed(min_size = 1))]
    comment: Option<String>,
    #[model(serde)]
    device: Device,
    #[model(serde)]
    second: Option<Device>,
    #[model(default = "draft")]
    state: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Report)]
struct Summary {
    id: Option<u32>,
    long_title: String,
    text: CompressedAttribute,
    raw_text: String,
    comment: Option<String>,
    device: Device,
    second: Option<Device>,
    #[projection(default = "draft")]
    state: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Report)]
struct Loose {
    long_title: Option<String>,
    text: Option<CompressedAttribute>,
    raw_text: Option<String>,
    device: Option<Device>,
    state: Option<String>,
}

fn report() -> Report {
    let device = Device { os: "plan9".into() };
    Report {
        id: 7,
        long_title: "On reports".into(),
        text: "word ".repeat(200).into(),
        raw_text: "raw ".repeat(200),
        comment: Some("fine ".repeat(99)),
        device: device.clone(),
        second: Some(device),
        state: "done".into(),
    }
}

#[tokio::test]
async fn the_model_says_how_attributes_are_named_and_stored() {
    assert_eq!(Summary::NAMES, ["id", "longTitle", "T", "rawText", "comment", "device", "second", "state"]);
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let stored = report();
        stored.clone().save().await.unwrap();
        let summary = Report::query(7).select::<Summary>().one().await.unwrap().unwrap();
        let expected = Summary {
            id: Some(7),
            long_title: stored.long_title.clone(),
            text: stored.text.clone(),
            raw_text: stored.raw_text.clone(),
            comment: stored.comment,
            device: stored.device.clone(),
            second: stored.second,
            state: stored.state.clone(),
        };
        assert_eq!(summary, expected);
        let loose = Report::query(7).select::<Loose>().one().await.unwrap().unwrap();
        let expected = Loose {
            long_title: Some(stored.long_title),
            text: Some(stored.text),
            raw_text: Some(stored.raw_text),
            device: Some(stored.device),
            state: Some(stored.state),
        };
        assert_eq!(loose, expected);
    })
    .await;
}

#[tokio::test]
async fn what_items_lack_is_none_a_default_or_an_error() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut sparse = report().to_item().unwrap();
        for optional in ["comment", "second", "state"] {
            sparse.remove(optional);
        }
        stand.put_raw("shop", sparse.clone()).await;
        let summary = Report::query(7).select::<Summary>().one().await.unwrap().unwrap();
        assert_eq!((summary.comment, summary.second, summary.state.as_str()), (None, None, "draft"));

        for required in ["longTitle", "rawText", "device"] {
            let mut damaged = sparse.clone();
            damaged.remove(required);
            stand.put_raw("shop", damaged).await;
            let error = Report::query(7).select::<Summary>().await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(required)));
            assert!(Report::query(7).select::<Loose>().one().await.unwrap().is_some(), "{required}");
        }
        let mut damaged = sparse.clone();
        damaged.insert("longTitle".into(), n(1));
        stand.put_raw("shop", damaged).await;
        let error = Report::query(7).select::<Summary>().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("longTitle")));
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain_notes")]
struct Note {
    #[model(hash_key)]
    author: String,
    #[model(range_key)]
    number: u32,
    text: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Note)]
struct Numbered {
    number: u32,
}

#[tokio::test]
async fn key_attributes_and_tables_without_entities_have_projections_too() {
    stand::run(async |_| {
        Note::create_table().await.unwrap();
        for number in [2, 1] {
            Note { author: "ann".into(), number, text: "hello".into() }.save().await.unwrap();
        }
        let numbered = Note::query("ann").select::<Numbered>().descending().await.unwrap();
        assert_eq!(numbered, [Numbered { number: 2 }, Numbered { number: 1 }]);
    })
    .await;
}

#[derive(Table)]
#[table(name = "people", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_city", hash_key = "city_key", include("name", "_type")))]
#[table(index(name = "keys", hash_key = "town_key", projection = "keys_only"))]
struct People;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "PERSON#{id}", range_key = "PERSON")]
#[model(index(by_city, hash_key = "CITY#{city}"))]
#[model(index(keys, hash_key = "TOWN#{city}"))]
struct Person {
    id: u32,
    name: String,
    city: String,
    age: u8,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Person)]
struct Named {
    name: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Person)]
struct Aged {
    name: String,
    age: Option<u8>,
}

#[tokio::test]
async fn an_index_gives_a_projection_of_what_it_holds() {
    stand::run(async |_| {
        People::create_table().await.unwrap();
        for (id, name) in [(1, "Ann"), (2, "Bob")] {
            Person { id, name: name.into(), city: "Paris".into(), age: 30 }.save().await.unwrap();
        }
        let mut named = Person::index(People::BY_CITY).query("Paris").select::<Named>().await.unwrap();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(named, [Named { name: "Ann".into() }, Named { name: "Bob".into() }]);
        let error = Person::index(People::BY_CITY).query("Paris").select::<Aged>().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("age")));
        let error = Person::index(People::KEYS).query("Paris").select::<Named>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
    })
    .await;
}
