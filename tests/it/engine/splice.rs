//! Pins the direct path: items go past the SDK's maps in both directions. An update of the SDK that bypasses it would
//! still give right answers, from the slow path; these tests would fail.

use singlet::{Client, ErrorKind, Model};

use crate::shop::{Order, order};
use crate::transport::{Fate, Transport};

/// An order with an attribute that the SDK's deserializer refuses and that ours never looks into.
const ITEM: &str =
    r#"{"_type":{"S":"Order"},"customer":{"S":"c-1"},"id":{"N":"1"},"cents":{"N":"1990"},"odd":{"B":"?"}}"#;

fn answering(body: String) -> Client {
    Transport::new(move |_, _| Fate::Answer(200, body.clone())).between(&Client::embedded())
}

#[tokio::test]
async fn the_sdk_refuses_the_odd_attribute() {
    let client = answering(format!(r#"{{"Item":{ITEM}}}"#));
    let key = order("c-1", 1).to_item().unwrap().into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
    client.sdk().get_item().table_name("shop").set_key(Some(key)).send().await.unwrap_err();
}

#[tokio::test]
async fn items_are_read_past_the_sdk() {
    let expected = order("c-1", 1);
    let client = answering(format!(r#"{{"ConsumedCapacity":{{"CapacityUnits":0.5}},"Item":{ITEM}}}"#));
    let response = Order::get(("c-1", 1)).client(&client).detailed().await.unwrap();
    assert_eq!((response.value, response.cost.read), (Some(expected.clone()), 0.5));

    let client = answering(format!(r#"{{"Items":[{ITEM}, {ITEM}],"Count":2,"ScannedCount":2}}"#));
    assert_eq!(Order::query("c-1").client(&client).await.unwrap(), [expected.clone(), expected.clone()]);

    let keyed = ITEM.replacen('{', r#"{"sk":{"S":"ORDER#000001"},"pk":{"S":"CUSTOMER#c-1"},"#, 1);
    let client = answering(format!(r#"{{"UnprocessedKeys":{{}},"Responses":{{"shop":[{keyed}]}}}}"#));
    let found = Order::batch_get([("c-1", 2), ("c-1", 1)]).client(&client).await.unwrap();
    assert_eq!(found, [None, Some(expected.clone())]);

    let client = answering(format!(r#"{{"Attributes":{ITEM}}}"#));
    assert_eq!(order("c-1", 1).save().client(&client).return_old().await.unwrap(), Some(expected.clone()));
    assert_eq!(order("c-1", 1).delete().client(&client).return_old().await.unwrap(), Some(expected));
}

#[tokio::test]
async fn the_last_of_two_answers_counts() {
    let transport = Transport::new(|number, _| match number {
        // Damaged behind its items: the SDK takes it for no answer and asks again, or fails.
        0 => Fate::Answer(500, format!(r#"{{"Items":[{ITEM}, {ITEM}]}}"#)),
        _ => Fate::Answer(200, format!(r#"{{"Items":[{ITEM}],"Count":1}}"#)),
    });
    let orders = Order::query("c-1").client(&transport.between(&Client::embedded())).await.unwrap();
    assert_eq!(orders, [order("c-1", 1)]);
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn spaces_escapes_and_fields_of_the_future_are_no_trouble() {
    let item =
        ITEM.replace("Order", "\\u004frder").replace("\"customer\"", " \"\\u0063ustomer\"\n").replace(':', " : ");
    let client = answering(format!(" {{ \"Future\" : [{{\"Item\":1}}] ,\r\n\"Item\"\t:{item} }} "));
    assert_eq!(Order::get(("c-1", 1)).client(&client).await.unwrap(), Some(order("c-1", 1)));
}

/// The SDK writes members in the order of its model, `Item` not first, and an item's attributes in that of a hash map.
#[tokio::test]
async fn items_are_written_past_the_sdk() {
    let transport = Transport::recording();
    let client = transport.between(&Client::embedded());
    for _ in 0..4 {
        assert_eq!(order("c-1", 1).save().client(&client).await.unwrap_err().kind(), ErrorKind::TableNotFound);
        let batch = singlet::batch_write().put(order("c-1", 1)).client(&client);
        assert_eq!(batch.await.unwrap_err().kind(), ErrorKind::TableNotFound);
    }
    let item = r#"{"pk":{"S":"CUSTOMER#c-1"},"sk":{"S":"ORDER#000001"},"_type":{"S":"Order"},"customer":{"S":"c-1"},"id":{"N":"1"},"cents":{"N":"1990"}}"#;
    for request in transport.sent() {
        let head = match request.operation.as_str() {
            "PutItem" => format!(r#"{{"Item":{item},"#),
            _ => format!(r#"{{"RequestItems":{{"shop":[{{"PutRequest":{{"Item":{item}}}}}]}}"#),
        };
        assert!(request.body.starts_with(&head), "{}", request.body);
    }
}
