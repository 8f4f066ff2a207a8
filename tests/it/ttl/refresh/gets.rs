//! Reads by key.

use singlet::{ErrorKind, Model, Operation, Table};

use super::{Cart, Ghost, Lazy, Login, Recorder, Site, TTL, Token, Visit, from, set_stored, stored, visit, visits};
use crate::stand::{self, START, n, s};
use crate::transport::{Fate, Transport};

#[tokio::test]
async fn a_get_is_one_request_that_extends_the_ttl() {
    stand::run(async |stand| {
        visits().await;
        let transport = Transport::recording();
        let recorder = Recorder::default();
        let client = stand.through(&transport).with_observer(recorder.clone());
        stand.advance(60);
        let got = Visit::get(("u", 1)).client(&client).detailed().await.unwrap();
        assert!((got.cost.write - 2.0).abs() < 1e-9, "a write of the item, and one of the index that holds it whole");
        let got = got.value.unwrap();
        assert_eq!((got.expires_at, got.version), (from(60), 1));
        assert_eq!(stored(stand, "VISIT#0001").await, 60);
        let sent = transport.sent();
        assert_eq!(sent.iter().map(|sent| sent.operation.as_str()).collect::<Vec<_>>(), ["UpdateItem"]);
        assert_eq!(sent[0].json()["UpdateExpression"], "SET #2 = :2");
        assert_eq!(recorder.sent(), [Operation::Get]);
        assert_eq!(Visit::get(("u", 1)).consistent().await.unwrap().unwrap().expires_at, from(60));
    })
    .await;
}

/// The first request of a client is sent by the SDK, the others are direct.
#[tokio::test]
async fn a_direct_get_is_one_request_too() {
    stand::run(async |stand| {
        visits().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for minutes in 1..=3 {
            stand.advance(60);
            let got = Visit::get(("u", 1)).client(&client).await.unwrap().unwrap();
            assert_eq!((got.expires_at, got.page), (from(60 * minutes), visit(1).page));
        }
        let sent: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!((sent, transport.direct()), (vec!["UpdateItem".to_owned(); 3], 2));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_due_is_read_by_the_same_request() {
    stand::run(async |stand| {
        visits().await;
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone());
        let get = || Visit::get(("u", 1)).client(&client);
        assert_eq!(Visit::get(("u", 77)).client(&client).await.unwrap(), None);
        assert_eq!(recorder.sent(), [Operation::Get; 2], "the refresh returned no item, so a read had to look for one");
        assert_eq!(stand.stored("site").await.len(), 5, "no ghost is made");
        // None, later, and expired.
        let saved = Visit { version: 1, ..visit(1) };
        for expires_at in [None, Some(TTL + 1), Some(0)] {
            set_stored(stand, &saved, expires_at).await;
            let expected = expires_at.and_then(|seconds| from(seconds - TTL));
            assert_eq!(get().await.unwrap().unwrap().expires_at, expected);
        }
        assert_eq!(stored(stand, "VISIT#0001").await, -TTL, "what has expired is not revived");
        assert_eq!(recorder.sent(), [Operation::Get; 3]);
    })
    .await;
}

/// A server that does not support `ReturnValuesOnConditionCheckFailure`, or not `ReturnValues`.
#[tokio::test]
async fn a_server_that_returns_no_item_is_asked_for_it() {
    stand::run(async |stand| {
        visits().await;
        let saved = Visit { version: 1, ..visit(1) };
        let silent = || {
            Transport::new(|_, request| match request.operation.as_str() {
                "UpdateItem" => Fate::Rewrite(Box::new(|mut answer| {
                    let members = answer.as_object_mut().unwrap();
                    members.remove("Item");
                    members.remove("Attributes");
                    answer
                })),
                _ => Fate::Pass,
            })
        };
        for expires_at in [None, Some(TTL + 1), Some(TTL), Some(0), Some(TTL - 60)] {
            set_stored(stand, &saved, expires_at).await;
            let transport = silent();
            let got = Visit::get(("u", 1)).client(&stand.through(&transport)).await.unwrap();
            assert!(got.is_some(), "{expires_at:?}");
            let sent: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
            assert_eq!(sent, ["UpdateItem", "GetItem"], "{expires_at:?}");
        }
        assert_eq!(Visit::get(("u", 77)).client(&stand.through(&silent())).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn exactly_now_is_too_late() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(599);
        assert_eq!(Visit::get(("u", 0)).await.unwrap().unwrap().expires_at, from(599));
        stand.advance(1);
        assert_eq!(Visit::get(("u", 1)).await.unwrap().unwrap().expires_at, from(0));
        let mut item = Visit { version: 1, ..visit(2) }.to_item().unwrap();
        item.insert("expires_at".into(), n(format!("{}.9", START + 600)));
        stand.put_raw("site", item).await;
        assert_eq!(Visit::get(("u", 2)).await.unwrap().unwrap().expires_at, from(0), "fractions are cut");
    })
    .await;
}

#[tokio::test]
async fn a_hidden_item_is_absent_and_a_live_one_refreshed() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        for id in 0..2 {
            Ghost { user: "u".into(), id, expires_at: None }.save().await.unwrap();
        }
        stand.advance(599);
        assert_eq!(Ghost::get(("u", 0)).await.unwrap().unwrap().expires_at, from(599));
        stand.advance(1);
        assert_eq!(Ghost::get(("u", 1)).await.unwrap(), None);
        assert!(Ghost::get(("u", 0)).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn another_entity_under_the_key_is_unchanged() {
    stand::run(async |stand| {
        visits().await;
        let mut other = Cart { user: "u".into(), id: 1 }.to_item().unwrap();
        other.insert("sk".into(), s("VISIT#0001"));
        other.insert("expires_at".into(), n(START + 5));
        stand.put_raw("site", other).await;
        assert_eq!(Visit::get(("u", 1)).await.unwrap_err().kind(), ErrorKind::WrongEntity);
        assert_eq!(stored(stand, "VISIT#0001").await, 5 - TTL);
    })
    .await;
}

#[tokio::test]
async fn a_model_without_the_field_is_refreshed_too() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        Cart { user: "u".into(), id: 1 }.save().await.unwrap();
        stand.advance(60);
        let got = Cart::get(("u", 1)).detailed().await.unwrap();
        assert_eq!((got.value.is_some(), got.cost.write), (true, 1.0), "one write");
        assert_eq!(stored(stand, "CART#0001").await, 60);
    })
    .await;
}

#[tokio::test]
async fn config_client_and_call_say_whether() {
    stand::run(async |stand| {
        visits().await;
        Token { user: "u".into(), id: 1, expires_at: None }.save().await.unwrap();
        stand.advance(60);
        assert_eq!(Token::get(("u", 1)).await.unwrap().unwrap().expires_at, from(0));
        assert_eq!(Visit::get(("u", 1)).refresh_ttl(false).await.unwrap().unwrap().expires_at, from(0));
        let still = stand.client.clone().with_refresh_ttl(false);
        assert_eq!(Visit::get(("u", 1)).client(&still).await.unwrap().unwrap().expires_at, from(0));
        assert_eq!(stored(stand, "VISIT#0001").await, 0);
        assert_eq!(Token::get(("u", 1)).refresh_ttl(true).client(&still).await.unwrap().unwrap().expires_at, from(60));
        assert_eq!(Visit::get(("u", 1)).explain().unwrap().operation(), "UpdateItem");
        assert_eq!(Token::get(("u", 1)).explain().unwrap().operation(), "GetItem");
    })
    .await;
}

#[tokio::test]
async fn a_lazy_refresh_waits_for_a_part_of_the_ttl() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        Lazy { user: "u".into(), id: 1, expires_at: None }.save().await.unwrap();
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone());
        stand.advance(59);
        assert_eq!(Lazy::get(("u", 1)).client(&client).await.unwrap().unwrap().expires_at, from(0));
        assert_eq!(recorder.sent(), [Operation::Get]);
        stand.advance(1);
        let got = Lazy::get(("u", 1)).client(&client).detailed().await.unwrap();
        assert_eq!((got.cost.read, got.cost.write), (0.5, 1.0), "half a unit to read, one to write");
        assert_eq!(got.value.unwrap().expires_at, from(60));
        assert_eq!(recorder.sent(), [Operation::Get, Operation::RefreshTtl]);
        assert_eq!(stored(stand, "LAZY#0001").await, 60);
    })
    .await;
}

#[tokio::test]
async fn a_customized_get_is_read_first() {
    stand::run(async |stand| {
        visits().await;
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone());
        stand.advance(60);
        let got = Visit::get(("u", 1)).customize(|get| get.consistent_read(true)).client(&client).await.unwrap();
        assert_eq!(got.unwrap().expires_at, from(60));
        assert_eq!(recorder.sent(), [Operation::Get, Operation::RefreshTtl]);
    })
    .await;
}

#[tokio::test]
async fn sentinels_expire_with_their_owner() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        Login { user: "u".into(), id: 1, email: "ann@example.com".into(), expires_at: None }.save().await.unwrap();
        stand.advance(60);
        assert_eq!(Login::get(("u", 1)).await.unwrap().unwrap().expires_at, from(60));
        assert_eq!((stored(stand, "LOGIN#0001").await, stored(stand, "UNIQUE").await), (60, 60));
        stand.advance(60);
        assert_eq!(Login::query("u").await.unwrap()[0].expires_at, from(120));
        assert_eq!((stored(stand, "LOGIN#0001").await, stored(stand, "UNIQUE").await), (120, 120));
        let recorder = Recorder::default();
        Login::get(("u", 1)).client(&stand.observed(recorder.clone())).await.unwrap();
        assert_eq!(recorder.sent(), [Operation::Get], "it is that long already");
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_is_no_loss() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(60);
        let transport = Transport::new(|n, _| if n == 0 { Fate::LoseResponse } else { Fate::Pass });
        let got = Visit::get(("u", 1)).client(&stand.through(&transport)).await.unwrap();
        assert_eq!((got.unwrap().expires_at, transport.sent().len()), (from(60), 2));
    })
    .await;
}

#[tokio::test]
async fn batches_refresh_each_item_once() {
    stand::run(async |stand| {
        visits().await;
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone());
        stand.advance(60);
        let keys = [("u", 0), ("u", 1), ("u", 0), ("u", 77)];
        let still = Visit::batch_get(keys).refresh_ttl(false).client(&client).await.unwrap();
        assert_eq!(still[0].as_ref().unwrap().expires_at, from(0));
        assert_eq!(recorder.sent(), [Operation::BatchGet]);
        let found = Visit::batch_get(keys).client(&client).await.unwrap();
        let expiries: Vec<_> = found.into_iter().map(|visit| visit.and_then(|visit| visit.expires_at)).collect();
        assert_eq!(expiries, [from(60), from(60), from(60), None]);
        assert_eq!(recorder.sent(), [Operation::BatchGet, Operation::RefreshTtl, Operation::RefreshTtl]);
        assert_eq!((stored(stand, "VISIT#0001").await, stored(stand, "VISIT#0002").await), (60, 0));
        let reads = (Visit::get(("u", 2)), Visit::get(("u", 3)).refresh_ttl(false));
        let (one, other) = singlet::batch_get(reads).await.unwrap();
        assert_eq!((one.unwrap().expires_at, other.unwrap().expires_at), (from(60), from(0)));
    })
    .await;
}
