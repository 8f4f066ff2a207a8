//! Stream events as AWS Lambda hands them over, and the answer to it.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use singlet::stream::{BatchFailures, EventName, StreamEvent, StreamRecord, StreamView};
use singlet::{Error, ErrorKind, Model, TTLAttribute};

use crate::shop::{Customer, Order, OrderLine, Session};

/// The example of AWS's documentation: <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html>.
const DOCUMENTED: &[u8] = include_bytes!("../../data/stream/documented.json");

/// A deletion by DynamoDB itself, and one by somebody.
const TTL_REMOVAL: &[u8] = include_bytes!("../../data/stream/ttl_removal.json");

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "ExampleTableWithStream")]
struct Example {
    #[model(hash_key, rename = "Id")]
    id: u32,
    #[model(rename = "Message")]
    message: String,
}

fn example(message: &str) -> Example {
    Example { id: 101, message: message.into() }
}

#[test]
fn the_documented_event_is_read() {
    let event = StreamEvent::from_slice(DOCUMENTED).unwrap();
    let events: Vec<_> = event.records().iter().map(StreamRecord::event).collect();
    assert_eq!(events, [EventName::Insert, EventName::Modify, EventName::Remove]);
    let images: Vec<(Option<Example>, Option<Example>)> =
        event.records().iter().map(|record| (record.old_image().unwrap(), record.new_image().unwrap())).collect();
    let (first, second) = (Some(example("New item!")), Some(example("This item has changed")));
    assert_eq!(images, [(None, first.clone()), (first, second.clone()), (second, None)]);
    for (record, number) in event.records().iter().zip(["111", "222", "333"]) {
        assert_eq!((record.sequence_number(), record.table()), (number, Some("ExampleTableWithStream")));
        assert_eq!((record.view(), record.created_at()), (Some(StreamView::NewAndOldImages), None));
        assert_eq!(record.keys::<Example>().unwrap().unwrap().parts().unwrap(), (101,));
        assert!(record.is_of::<Example>() && !record.is_ttl_deletion());
    }
    assert_eq!(event.records()[1].event_id(), Some("2"));
    assert_eq!(event.records()[1].new_item().unwrap().unwrap()["Id"].as_n().unwrap(), "101");
    assert_eq!(event.records()[1].old_item().unwrap().unwrap().len(), 2);
    assert_eq!(event.into_records().len(), 3);
}

#[test]
fn a_deletion_by_time_to_live_is_told_from_another() {
    let event = StreamEvent::from_slice(TTL_REMOVAL).unwrap();
    let [expired, deleted] = event.records() else { panic!("two records") };
    assert!(expired.is_ttl_deletion() && !deleted.is_ttl_deletion());
    assert_eq!(expired.created_at(), Some(1_719_446_885));
    let session = expired.old_image::<Session>().unwrap().unwrap();
    assert_eq!((session.token.as_str(), session.is_expired()), ("t", true));

    // A user is not the service, nor is another service DynamoDB; and only a removal is a deletion.
    let json = String::from_utf8(TTL_REMOVAL.to_vec()).unwrap();
    let of_get_records = json.replace("\"principalId\"", "\"PrincipalId\"").replace("\"type\"", "\"Type\"");
    assert!(StreamEvent::from_slice(of_get_records.as_bytes()).unwrap().records()[0].is_ttl_deletion());
    for (from, to) in [("\"Service\"", "\"User\""), ("dynamodb.amazonaws", "lambda.amazonaws"), ("REMOVE", "MODIFY")] {
        let event = StreamEvent::from_slice(json.replacen(from, to, 1).as_bytes()).unwrap();
        assert!(!event.records()[0].is_ttl_deletion(), "{to}");
    }
}

#[test]
fn what_the_view_leaves_out_is_none() {
    let event = StreamEvent::from_slice(TTL_REMOVAL).unwrap();
    let deleted = &event.records()[1];
    assert_eq!(deleted.view(), Some(StreamView::KeysOnly));
    assert_eq!((deleted.new_image::<Order>().unwrap(), deleted.old_image::<Order>().unwrap()), (None, None));
    assert_eq!((deleted.new_item().unwrap(), deleted.old_item().unwrap()), (None, None));
    let (customer, id) = deleted.keys::<Order>().unwrap().unwrap().parts().unwrap();
    assert_eq!((customer.0.as_str(), id), ("c-1", 42));
    assert_eq!(deleted.key_item().unwrap().unwrap().len(), 2);
}

#[test]
fn a_record_knows_whose_item_it_is() {
    let event = StreamEvent::from_slice(TTL_REMOVAL).unwrap();
    let [session, order] = event.records() else { panic!("two records") };
    assert!(session.is_of::<Session>() && !session.is_of::<Customer>() && !session.is_of::<Example>());
    // Without an image the key alone decides.
    assert!(order.is_of::<Order>() && !order.is_of::<OrderLine>() && !order.is_of::<Session>());

    let error = session.old_image::<Customer>().unwrap_err();
    assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::WrongEntity, Some("Customer"), Some("shop")));
    let error = order.keys::<Session>().unwrap_err();
    assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::InvalidKey, Some("Session"), Some("shop")));
    assert_eq!(order.keys::<Example>().unwrap_err().attribute(), Some("Id"));
}

fn record_of(members: &str) -> singlet::Result<StreamRecord> {
    let payload = format!(r#"{{"Records":[{{{members}}}]}}"#);
    StreamEvent::from_slice(payload.as_bytes()).map(|event| event.into_records().remove(0))
}

/// The model of the entity attribute wins over a key that would fit, and an entity that is optional needs the key too.
#[test]
fn the_entity_attribute_goes_before_the_key() {
    #[derive(Debug, Model)]
    #[model(table = crate::shop::Shop, hash_key = "SESSION#{token}", range_key = "SESSION", entity = "optional")]
    struct Lenient {
        token: String,
    }

    let key = r#""Keys":{"pk":{"S":"SESSION#t"},"sk":{"S":"SESSION"}}"#;
    let of = |key: &str, entity: &str| {
        record_of(&format!(
            r#""eventName":"INSERT","dynamodb":{{"SequenceNumber":"1",{key},"NewImage":{{"token":{{"S":"t"}}{entity}}}}}"#
        ))
        .unwrap()
    };
    let robot = of(key, r#","_type":{"S":"Robot"}"#);
    assert!(!robot.is_of::<Session>() && !robot.is_of::<Lenient>());
    let silent = of(key, "");
    assert!(!silent.is_of::<Session>() && silent.is_of::<Lenient>());
    let elsewhere = of(r#""Keys":{"pk":{"S":"CUSTOMER#t"},"sk":{"S":"SESSION"}}"#, "");
    assert!(!elsewhere.is_of::<Lenient>());
    assert_eq!(Lenient { token: "t".into() }.token, "t");
}

#[test]
fn every_type_of_attribute_is_decoded_from_the_bytes() {
    let record = record_of(
        r#""eventName":"INSERT","dynamodb":{"SequenceNumber":"1","NewImage":{"s":{"S":"a \"\u00e9\ud83d\ude00"},
        "n":{"N":"-1.5"},"b":{"B":"AQI="},"t":{"BOOL":true},"null":{"NULL":true},"l":{"L":[{"S":"x"},{"L":[]}]},
        "m":{"M":{"k":{"N":"1"}}},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AA=="]}}}"#,
    )
    .unwrap();
    let image = record.new_item().unwrap().unwrap();
    assert_eq!(image.len(), 10);
    assert_eq!(image["s"].as_s().unwrap(), "a \"é😀");
    assert_eq!(image["b"].as_b().unwrap().as_ref(), [1, 2]);
    assert_eq!(image["l"].as_l().unwrap()[1].as_l().unwrap().len(), 0);
    assert_eq!(image["bs"].as_bs().unwrap()[0].as_ref(), [0]);
}

#[test]
fn a_list_of_records_is_an_event_too() {
    let event = StreamEvent::from_slice(br#" [{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"9"}}] "#).unwrap();
    assert_eq!((event.records()[0].sequence_number(), event.records()[0].table()), ("9", None));
    assert_eq!(event.records()[0].keys::<Order>().unwrap(), None);
}

#[test]
fn what_is_no_event_is_an_error() {
    for payload in [
        "",
        "null",
        "{}",
        r#"{"Records":{}}"#,
        r#"{"Records":[{}]}"#,
        r#"{"Records":[]} x"#,
        r#"{"Records":[{"eventName":"REMOVE","dynamodb":{}}]}"#,
        r#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":""}}]}"#,
        r#"{"Records":[{"eventName":"ObjectCreated:Put","dynamodb":{"SequenceNumber":"1"}}]}"#,
        r#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1"}]}"#,
    ] {
        let error = StreamEvent::from_slice(payload.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{payload}");
    }
    assert_eq!(StreamEvent::from_slice(b"\xff").unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn an_event_that_is_cut_anywhere_is_an_error() {
    for payload in [DOCUMENTED, TTL_REMOVAL] {
        let payload = payload.trim_ascii_end();
        for end in 0..payload.len() {
            assert_eq!(StreamEvent::from_slice(&payload[..end]).unwrap_err().kind(), ErrorKind::Decode, "{end}");
        }
    }
}

/// A damaged image fails for who asks for it, and no other record.
#[test]
fn an_image_that_does_not_fit_is_an_error_of_its_own() {
    let record = record_of(
        r#""eventName":"INSERT","eventSourceARN":"arn:aws:dynamodb:eu-west-1:1:table/t","dynamodb":{"SequenceNumber":"1",
        "NewImage":{"Id":{"S":"S3CRET"},"Message":{"S":"m"}},"OldImage":{"Id":{"X":1}},"Keys":{"Id":{"S":"S3CRET"}}}"#,
    )
    .unwrap();
    let error = record.new_image::<Example>().unwrap_err();
    assert_eq!((error.kind(), error.attribute(), error.table()), (ErrorKind::Decode, Some("Id"), Some("t")));
    assert_eq!(record.old_item().unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(record.keys::<Example>().unwrap_err().kind(), ErrorKind::InvalidKey);
    assert!(!record.is_of::<Example>());
    let shown = format!("{record:?} {error:?} {error} {:?}", record.keys::<Example>());
    assert!(!shown.contains("S3CRET"), "{shown}");
}

#[tokio::test]
async fn processing_stops_at_the_first_failure() {
    let event = StreamEvent::from_slice(DOCUMENTED).unwrap();
    let seen = RefCell::new(Vec::new());
    let failures: BatchFailures<Error> = event
        .process(async |record| {
            seen.borrow_mut().push(record.sequence_number().to_owned());
            if record.event() == EventName::Modify {
                record.new_image::<Customer>()?;
            }
            Ok(())
        })
        .await;
    assert_eq!(*seen.borrow(), ["111", "222"]);
    assert_eq!(failures.sequence_number(), Some("222"));
    assert_eq!(failures.error().map(Error::kind), Some(ErrorKind::WrongEntity));
    let answer = r#"{"batchItemFailures":[{"itemIdentifier":"222"}]}"#;
    assert_eq!(failures.to_json(), answer);
    assert_eq!(serde_json::to_string(&failures).unwrap(), answer);
    assert_eq!(failures.into_result().unwrap_err().kind(), ErrorKind::WrongEntity);
}

/// On a runtime of several threads the future of a handler has to cross them.
#[tokio::test]
async fn a_batch_without_failures_says_so_from_any_thread() {
    let answer = tokio::spawn(async {
        let event = StreamEvent::from_slice(DOCUMENTED).unwrap();
        let count = AtomicU32::new(0);
        let failures = event
            .process(async |_| {
                tokio::task::yield_now().await;
                count.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Error>(())
            })
            .await;
        assert_eq!(count.into_inner(), 3);
        assert_eq!(serde_json::to_string(&failures).unwrap(), failures.to_json());
        failures.to_json()
    });
    assert_eq!(answer.await.unwrap(), r#"{"batchItemFailures":[]}"#);
}

/// One change as DynamoDB sends it to a Kinesis data stream.
fn change(precision: &str) -> String {
    r#"{"awsRegion":"eu-west-1","eventID":"e-1","eventName":"MODIFY","userIdentity":null,"recordFormat":"application/json",
    "tableName":"ExampleTableWithStream","dynamodb":{PRECISION"Keys":{"Id":{"N":"101"}},
    "NewImage":{"Id":{"N":"101"},"Message":{"S":"hi"}},"SizeBytes":9},"eventSource":"aws:dynamodb"}"#
        .replace("PRECISION", precision)
}

/// The events of Lambda and of `EventBridge` Pipes for a Kinesis data stream.
fn through_kinesis(change: &str) -> [String; 2] {
    let data = STANDARD.encode(change);
    [
        format!(
            r#"{{"Records":[{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"4959","data":"{data}",
            "approximateArrivalTimestamp":1545084650.987}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:4959",
            "eventName":"aws:kinesis:record","awsRegion":"eu-west-1","eventSourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/changes"}}]}}"#
        ),
        format!(
            r#"[{{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"4959","data":"{data}","eventSource":"aws:kinesis",
            "eventID":"shardId-000000000006:4959","eventName":"aws:kinesis:record","eventSourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/changes"}}]"#
        ),
    ]
}

#[test]
fn records_that_come_through_kinesis_are_read() {
    for event in through_kinesis(&change("")) {
        let event = StreamEvent::from_slice(event.as_bytes()).unwrap();
        let [record] = event.records() else { panic!("one record") };
        assert_eq!(
            (record.event(), record.event_id(), record.sequence_number()),
            (EventName::Modify, Some("e-1"), "4959")
        );
        assert_eq!((record.table(), record.created_at()), (Some("ExampleTableWithStream"), None));
        assert_eq!(record.new_image::<Example>().unwrap(), Some(example("hi")));
        assert_eq!(record.keys::<Example>().unwrap().unwrap().parts().unwrap(), (101,));
    }
    for damaged in ["", "{}", "no json", &change("")[1..]] {
        for event in through_kinesis(damaged) {
            assert_eq!(StreamEvent::from_slice(event.as_bytes()).unwrap_err().kind(), ErrorKind::Decode, "{damaged}");
        }
    }
}

#[test]
fn the_time_of_a_change_has_three_precisions() {
    for (time, precision) in [
        ("1719446885", ""),
        ("1719446885.9", ""),
        ("1.719446885E9", ""),
        ("1719446885123", ""),
        ("1719446885123456", ""),
        ("1719446885123", "MILLISECOND"),
        ("1719446885123456", "MICROSECOND"),
    ] {
        let mut members = format!(r#""ApproximateCreationDateTime":{time},"#);
        if !precision.is_empty() {
            write!(members, r#""ApproximateCreationDateTimePrecision":"{precision}","#).unwrap();
        }
        for event in through_kinesis(&change(&members)) {
            let event = StreamEvent::from_slice(event.as_bytes()).unwrap();
            assert_eq!(event.records()[0].created_at(), Some(1_719_446_885), "{time} {precision}");
        }
    }
}

#[test]
fn deletions_that_a_global_table_replicated_are_recognized_by_the_expiry() {
    let removal = |expires_at: &str, identity: &str, event: &str| {
        let text = format!(
            r#"{{"Records":[{{"eventName":"{event}",{identity}"dynamodb":{{"SequenceNumber":"1","ApproximateCreationDateTime":1719446885,
            "Keys":{{"pk":{{"S":"SESSION#t"}}}},"OldImage":{{"pk":{{"S":"SESSION#t"}}{expires_at}}}}}}}]}}"#
        );
        StreamEvent::from_slice(text.as_bytes()).unwrap().into_records().remove(0)
    };
    let by_service = r#""userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},"#;
    for (expires_at, identity, event, expected) in [
        (r#","expires_at":{"N":"1719446885"}"#, "", "REMOVE", true),
        (r#","expires_at":{"N":"1719446884.5"}"#, "", "REMOVE", true),
        (r#","expires_at":{"N":"1719446886"}"#, "", "REMOVE", false),
        (r#","expires_at":{"S":"1719446885"}"#, "", "REMOVE", false),
        ("", "", "REMOVE", false),
        ("", by_service, "REMOVE", true),
        (r#","expires_at":{"N":"1"}"#, "", "MODIFY", false),
        (r#","expires_at":{"N":"1"}"#, by_service, "MODIFY", false),
    ] {
        let record = removal(expires_at, identity, event);
        assert_eq!(record.is_expired_removal::<Lease>(), expected, "{expires_at} {identity} {event}");
        assert!(!record.is_expired_removal::<Example>());
    }
}

#[derive(Debug, Model)]
#[model(table = "leases")]
struct Lease {
    #[allow(dead_code, reason = "only the schema is used")]
    #[model(hash_key)]
    pk: String,
    #[allow(dead_code, reason = "only the schema is used")]
    #[model(ttl)]
    expires_at: Option<TTLAttribute>,
}
