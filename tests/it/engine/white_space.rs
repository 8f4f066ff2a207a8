//! White space is legal between any two tokens of JSON. DynamoDB sends none; emulators and proxies do.
//!
//! Every operation that reads items is answered with white space at every legal place. [`ODD`] shows that the items
//! bypass the SDK even then.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use singlet::stream::StreamEvent;
use singlet::{Attribute, Binary, Client, Collection, ErrorKind, Model};

use crate::transport::{Fate, Transport, error_body};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "parcels")]
struct Parcel {
    #[model(hash_key)]
    to: String,
    #[model(range_key)]
    number: u32,
    is_open: bool,
    weight: f64,
    note: Option<String>,
    seal: Binary,
    tags: BTreeSet<String>,
    sizes: BTreeSet<u32>,
    stops: Vec<Option<Stop>>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Stop {
    town: String,
}

#[derive(Debug, PartialEq, Collection)]
struct Parcels {
    parcels: Vec<Parcel>,
}

const ITEM: &str = concat!(
    r#"{"to":{"S":"an \" n"},"number":{"N":"7"},"is_open":{"BOOL":true},"weight":{"N":"1.5"},"note":{"NULL":true},"#,
    r#""seal":{"B":"AQI="},"tags":{"SS":["a","b"]},"sizes":{"NS":["1","2"]},"#,
    r#""stops":{"L":[{"M":{"town":{"S":"Ulm"}}},{"NULL":true}]},"more":{"M":{"deep":{"L":[{"BS":["AQI="]}]}}}}"#
);

/// An attribute that the SDK's deserializer refuses and that singlet skips.
const ODD: &str = r#","odd":{"B":"?"}}"#;

fn parcel() -> Parcel {
    Parcel {
        to: "an \" n".into(),
        number: 7,
        is_open: true,
        weight: 1.5,
        note: None,
        seal: vec![1, 2].into(),
        tags: ["a".to_owned(), "b".to_owned()].into(),
        sizes: [1, 2].into(),
        stops: vec![Some(Stop { town: "Ulm".into() }), None],
    }
}

/// The same JSON with white space around every token.
fn spaced(json: &str) -> String {
    let mut out = String::new();
    let (mut in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            out.push(c);
            in_string = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
        } else if "{}[]:,".contains(c) {
            out.extend([' ', '\t', c, '\r', '\n']);
        } else {
            out.push(c);
            in_string = c == '"';
        }
    }
    out
}

/// A client whose every request gets this answer: `ITEM` stands for the item.
fn answering(status: u16, body: &str, item: &str) -> Client {
    let body = spaced(&body.replace("ITEM", item));
    Transport::new(move |_, _| Fate::Answer(status, body.clone())).between(&Client::embedded())
}

/// See [`ODD`].
fn sending(body: &str) -> Client {
    let item = ITEM.strip_suffix('}').unwrap().to_owned() + ODD;
    answering(200, body, &item)
}

#[tokio::test]
async fn reads_of_one_item_accept_it() {
    let client = sending(r#"{"ConsumedCapacity":{"CapacityUnits":0.5},"Item":ITEM}"#);
    let found = Parcel::get(("an \" n", 7)).client(&client).detailed().await.unwrap();
    assert_eq!((found.value, found.cost.read), (Some(parcel()), 0.5));

    let client = sending(r#"{"Responses":[{"Item":ITEM},{}]}"#);
    let gets = (Parcel::get(("an \" n", 7)), Parcel::get(("b", 7)));
    assert_eq!(singlet::transact_get(gets).client(&client).await.unwrap(), (Some(parcel()), None));
}

#[tokio::test]
async fn reads_of_many_items_accept_it() {
    let client = sending(r#"{"Count":2,"Items":[ITEM,ITEM],"ScannedCount":3}"#);
    let both = [parcel(), parcel()];
    assert_eq!(Parcel::query("an \" n").client(&client).await.unwrap(), both);
    assert_eq!(Parcel::scan().client(&client).await.unwrap(), both);
    let streamed: Vec<_> = Parcel::scan().client(&client).stream().try_collect().await.unwrap();
    assert_eq!(streamed, both);
    assert_eq!(Parcels::query("an \" n").client(&client).await.unwrap().parcels, both);
    assert_eq!(singlet::statement::<Parcel>("SELECT").client(&client).await.unwrap(), both);

    let client = sending(r#"{"Items":[],"Count":0}"#);
    assert_eq!(Parcel::query("an \" n").client(&client).await.unwrap(), []);

    let client = sending(r#"{"Count":2,"ScannedCount":3}"#);
    assert_eq!(Parcel::query("an \" n").client(&client).count().await.unwrap(), 2);

    let client = sending(r#"{"Responses":{"parcels":[ITEM]},"UnprocessedKeys":{}}"#);
    let found = Parcel::batch_get([("b", 7), ("an \" n", 7)]).client(&client).await.unwrap();
    assert_eq!(found, [None, Some(parcel())]);
}

#[tokio::test]
async fn pages_accept_it_in_their_last_key() {
    let client = sending(r#"{"Items":[ITEM],"LastEvaluatedKey":{"to":{"S":"an \" n"},"number":{"N":"7"}}}"#);
    let page = Parcel::query("an \" n").client(&client).page().await.unwrap();
    assert_eq!(page.items, [parcel()]);
    assert!(page.cursor.is_some());
}

#[tokio::test]
async fn writes_accept_it_in_the_item_they_return() {
    let client = sending(r#"{"Attributes":ITEM}"#);
    let key = ("an \" n", 7);
    assert_eq!(parcel().save().client(&client).return_old().await.unwrap(), Some(parcel()));
    assert_eq!(parcel().delete().client(&client).return_old().await.unwrap(), Some(parcel()));
    assert_eq!(Parcel::update(key).set(|p| p.is_open, true).client(&client).await.unwrap(), parcel());
    let old = Parcel::update(key).set(|p| p.is_open, true).return_old().client(&client).await.unwrap();
    assert_eq!(old, Some(parcel()));
}

#[tokio::test]
async fn writes_of_several_items_accept_it() {
    let left = spaced(&r#"{"UnprocessedItems":{"parcels":[{"PutRequest":{"Item":ITEM}}]}}"#.replace("ITEM", ITEM));
    let transport = Transport::new(move |number, _| match number {
        0 => Fate::Answer(200, left.clone()),
        _ => Fate::Answer(200, spaced(r#"{"UnprocessedItems":{},"ItemCollectionMetrics":{}}"#)),
    });
    let client = transport.between(&Client::embedded()).with_batch_retries(2, std::time::Duration::ZERO);
    singlet::batch_write().put(parcel()).client(&client).await.unwrap();
    assert_eq!(transport.sent().len(), 2, "what is left over is read");

    let client = sending(r#"{"ConsumedCapacity":[{"TableName":"parcels","CapacityUnits":2}]}"#);
    singlet::transact_write().write(parcel().save()).client(&client).await.unwrap();
    let client = sending("{}");
    parcel().save().client(&client).await.unwrap();
    singlet::transact_write().write(parcel().save()).client(&client).await.unwrap();
}

#[tokio::test]
async fn errors_accept_it_in_the_item_they_carry() {
    let failed =
        error_body("ConditionalCheckFailedException").replace("canned error\"", "canned error\",\"Item\":ITEM");
    let client = answering(400, &failed, ITEM);
    for error in [
        parcel().create().client(&client).await.unwrap_err(),
        parcel().delete().when(|p| p.weight.gt(2.0)).client(&client).await.unwrap_err(),
        Parcel::update(("an \" n", 7)).set(|p| p.weight, 2.0).client(&client).await.unwrap_err(),
    ] {
        assert_eq!(error.old::<Parcel>().unwrap(), Some(parcel()), "{error}");
    }

    let reasons =
        r#"canned error","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":ITEM}]"#;
    let cancelled = error_body("TransactionCanceledException").replace("canned error\"", reasons);
    let client = answering(400, &cancelled, ITEM);
    let mut other = Parcel { number: 8, ..parcel() };
    let mut parcel_again = parcel();
    let writes = singlet::transact_write().write(other.save()).write(parcel_again.create());
    let error = writes.client(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    assert_eq!(error.old::<Parcel>().unwrap(), Some(parcel()));
}

#[test]
fn stream_events_accept_it() {
    let event = spaced(
        &r#"{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"1","NewImage":ITEM}}]}"#
            .replace("ITEM", ITEM),
    );
    let event = StreamEvent::from_slice(event.as_bytes()).unwrap();
    assert_eq!(event.records()[0].new_image::<Parcel>().unwrap(), Some(parcel()));
}
