//! Answers that no DynamoDB sends: empty, truncated, damaged. None of them is a result, and reads ask again.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_smithy_types::body::SdkBody;
use singlet::{Client, Error, ErrorKind, Model, Result, Table};

use crate::shop::{Customer, Order, Shop, order};
use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport, error_body};

/// What a successful answer may not be.
const DAMAGED: [&str; 11] = [
    "",
    " \n",
    "{",
    "{}}",
    "[]",
    "null",
    "true",
    "<html>a proxy</html>",
    r#"{"Item":{"pk":{"S":"a"}"#,
    r#"{"ConsumedCapacity":{"CapacityUnits":01}}"#,
    "\u{1}",
];

type Run = fn(Client) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>;

macro_rules! runs {
    ($($name:literal: |$client:ident| $operation:expr;)*) => {
        [$(($name, (|client| Box::pin(async move { let $client = &client; $operation.await.map(drop) })) as Run),)*]
    };
}

const READS: [(&str, Run); 13] = runs! {
    "get": |c| Order::get(("c-1", 1)).client(c);
    "exists": |c| Order::exists(("c-1", 1)).client(c);
    "query": |c| Order::query("c-1").client(c);
    "page": |c| Order::query("c-1").limit(5).client(c).page();
    "count": |c| Order::query("c-1").client(c).count();
    "first": |c| Order::query("c-1").client(c).first();
    "scan": |c| Order::scan().client(c);
    "scan in segments": |c| Order::scan().segments(3).client(c);
    "count of a scan": |c| Order::scan().client(c).count();
    "batch_get": |c| Order::batch_get([("c-1", 1), ("c-1", 7)]).client(c);
    "transact_get": |c| singlet::transact_get([Order::get(("c-1", 1))]).client(c);
    "statement": |c| singlet::statement::<Order>(r#"SELECT * FROM "shop""#).client(c);
    "describe_table": |c| Shop::describe_table().client(c);
};

const WRITES: [(&str, Run); 8] = runs! {
    "save": |c| order("c-1", 2).save().client(c);
    "create": |c| order("c-1", 3).create().client(c);
    "delete": |c| order("c-1", 4).delete().client(c);
    "update": |c| Order::update(("c-1", 1)).set(|o| o.cents, 5).client(c);
    "update without a result": |c| Order::update(("c-1", 1)).set(|o| o.cents, 5).return_nothing().client(c);
    "batch_write": |c| singlet::batch_write().put(order("c-1", 5)).client(c);
    "transact_write": |c| singlet::transact_write().write(order("c-1", 6).save()).client(c);
    "create_table": |c| Customer::create_table().table("others").client(c);
};

async fn stored() {
    Shop::create_table().await.unwrap();
    order("c-1", 1).save().await.unwrap();
}

fn answering(stand: &Stand, body: &'static str) -> (Client, Transport) {
    let transport = Transport::new(move |_, _| Fate::Answer(200, body.to_owned()));
    (stand.through(&transport), transport)
}

/// An error after all attempts, which says that there was no readable response.
fn assert_unreadable(error: &Error, case: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{case}: {error:?}");
    assert!(std::error::Error::source(error).is_some(), "{case}");
}

#[tokio::test]
async fn no_operation_takes_a_damaged_answer_for_a_result() {
    stand::run(async |stand| {
        stored().await;
        for (name, run) in READS {
            for body in DAMAGED {
                let (client, transport) = answering(stand, body);
                let error = run(client).await.unwrap_err();
                assert_unreadable(&error, &format!("{name} {body}"));
                assert!(transport.sent().len() >= 4, "{name} asks again");
            }
        }
        for (name, run) in WRITES {
            for body in DAMAGED {
                assert!(run(answering(stand, body).0).await.is_err(), "{name} {body}");
            }
        }
    })
    .await;
}

/// Operations whose answers always have members are not content with an empty object.
#[tokio::test]
async fn an_answer_without_its_members_is_damaged() {
    stand::run(async |stand| {
        stored().await;
        for (name, run) in READS {
            // An item that does not exist.
            if !matches!(name, "get" | "exists") {
                let error = run(answering(stand, "{}").0).await.unwrap_err();
                assert_unreadable(&error, name);
            }
        }
        let error = Order::query("c-1").client(&answering(stand, r#"{"Items":[]}"#).0).count().await.unwrap_err();
        assert_unreadable(&error, "a count without Count");
        let batch = singlet::batch_write().put(order("c-1", 5)).client(&answering(stand, "{}").0);
        assert!(batch.await.is_err());
    })
    .await;
}

/// Does something to the first answer.
fn altering(alter: fn(&mut HttpResponse)) -> Transport {
    Transport::new(move |number, _| if number == 0 { Fate::Alter(Box::new(alter)) } else { Fate::Pass })
}

fn body_of(response: &HttpResponse) -> Vec<u8> {
    response.body().bytes().unwrap().to_vec()
}

#[tokio::test]
async fn a_read_asks_again_after_a_damaged_answer() {
    stand::run(async |stand| {
        stored().await;
        let alterations: [fn(&mut HttpResponse); 4] = [
            |response| *response.body_mut() = SdkBody::from(""),
            |response| {
                let mut body = body_of(response);
                body.truncate(body.len() - 1);
                *response.body_mut() = SdkBody::from(body);
                response.headers_mut().remove("x-amz-crc32");
            },
            |response| drop(response.headers_mut().insert("x-amz-crc32", "7")),
            |response| {
                // One flipped bit in a value: only the checksum tells.
                let mut body = body_of(response);
                let sum = crc32fast::hash(&body);
                let at = body.len() - 10;
                body[at] ^= 1;
                *response.body_mut() = SdkBody::from(body);
                response.headers_mut().insert("x-amz-crc32", sum.to_string());
            },
        ];
        for alter in alterations {
            for (name, run) in READS {
                let transport = altering(alter);
                run(stand.through(&transport)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(transport.sent().len() >= 2, "{name}");
            }
        }
        let found = Order::get(("c-1", 1)).client(&stand.through(&altering(alterations[0]))).await.unwrap();
        assert_eq!(found, Some(order("c-1", 1)));
    })
    .await;
}

#[tokio::test]
async fn the_right_checksum_is_accepted() {
    stand::run(async |stand| {
        stored().await;
        let transport = Transport::new(|_, _| {
            Fate::Alter(Box::new(|response| {
                let sum = crc32fast::hash(response.body().bytes().unwrap());
                response.headers_mut().insert("x-amz-crc32", sum.to_string());
            }))
        });
        let plain = Transport::recording();
        for (name, run) in READS {
            run(stand.through(&plain)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            run(stand.through(&transport)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        assert_eq!(transport.sent().len(), plain.sent().len(), "nothing is sent again");
    })
    .await;
}

#[tokio::test]
async fn malformed_json_is_an_error_in_attributes_that_nothing_reads_too() {
    stand::run(async |stand| {
        for odd in ["{\"N\":01}", "{\"S\":\"\\x\"}", "{\"L\":[1,,2]}", "{\"M\":{\"a\"}}", "{\"M\":{,}}", "{]}", "nul"] {
            let body = format!(
                r#"{{"Item":{{"_type":{{"S":"Order"}},"odd":{odd},"customer":{{"S":"c-1"}},"id":{{"N":"1"}},"cents":{{"N":"1"}}}}}}"#
            );
            let transport = Transport::new(move |_, _| Fate::Answer(200, body.clone()));
            let error = Order::get(("c-1", 1)).client(&stand.through(&transport)).await.unwrap_err();
            assert_unreadable(&error, odd);
        }
    })
    .await;
}

#[tokio::test]
async fn an_error_without_a_code_shows_its_status() {
    stand::run(async |stand| {
        for (status, body) in [
            (503, "<html>Service Unavailable</html>"),
            (502, ""),
            (500, "{}"),
            (403, "{\"message\":\"no\"}"),
            (302, ""),
        ] {
            let transport = Transport::new(move |_, _| Fate::Answer(status, body.to_owned()));
            let error = Order::get(("c-1", 1)).client(&stand.through(&transport)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Service, "{status}");
            let text = error.to_string();
            assert!(text.contains(&format!("HTTP status {status}")) && !text.contains("no code"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_item_of_another_shape_is_damage() {
    stand::run(async |stand| {
        for body in [r#"{"Item":[]}"#, r#"{"Item":7}"#, r#"{"Item":{"pk":{"S":"a"}}]}"#] {
            let error = Order::get(("c-1", 1)).client(&answering(stand, body).0).await.unwrap_err();
            assert_unreadable(&error, body);
        }
        let none = Order::get(("c-1", 1)).client(&answering(stand, r#"{"Item":null}"#).0).await.unwrap();
        assert_eq!(none, None);
    })
    .await;
}

/// Some servers leave the code of an operation that did not fail empty.
#[tokio::test]
async fn an_empty_cancellation_code_is_no_failure() {
    stand::run(async |stand| {
        stored().await;
        let cancelled = |code: &str| {
            let reasons = format!(r#"canned error","CancellationReasons":[{{"Code":""}},{{"Code":"{code}"}}]"#);
            let body = error_body("TransactionCanceledException").replace("canned error\"", &reasons);
            stand.through(&Transport::new(move |_, _| Fate::Answer(400, body.clone())))
        };
        let (mut first, mut second) = (order("c-1", 2), order("c-1", 3));
        let writes = singlet::transact_write().write(first.save()).write(second.create());
        let error = writes.client(&cancelled("ConditionalCheckFailed")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(error.cancelled().iter().map(singlet::CancelledOperation::index).collect::<Vec<_>>(), [1]);
        let gets = [Order::get(("c-1", 1)), Order::get(("c-1", 2))];
        let error = singlet::transact_get(gets).client(&cancelled("TransactionConflict")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionConflict);
    })
    .await;
}

/// The message may repeat values, so it is only behind its method.
#[tokio::test]
async fn the_services_message_is_reachable_and_not_shown() {
    stand::run(async |stand| {
        let secret = error_body("ValidationException").replace(
            "a canned error",
            "The document path provided in the update expression is invalid for update: S3CRET",
        );
        let transport = Transport::new(move |_, _| Fate::Answer(400, secret.clone()));
        let client = stand.through(&transport);
        let error = Order::update(("c-1", 1)).set(|o| o.cents, 5).client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(error.service_message().unwrap().ends_with("S3CRET"));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("S3CRET") && shown.contains("create_parents"), "{shown}");
        assert_eq!(Order::key_of(("c-1", 1)).map(drop).err().map(|error| error.kind()), None);
        let unsent = singlet::Key::<Order>::parse("x", None).unwrap_err();
        assert_eq!(unsent.service_message(), None);
    })
    .await;
}
