//! Tests concurrent changes of a record between two requests of one operation.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use singlet::cache::Cache;
use singlet::{ErrorKind, ManualClock};

use super::{cache, cache_of, ends, noise, part, seconds};
use crate::emulator;
use crate::stand::{self, Stand, n};
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// A cache. Before its first such request, `others` runs with another cache on the same table.
fn with_others<F>(stand: &Stand, operation: &'static str, others: impl FnOnce(Cache) -> F + Send + 'static) -> Cache
where
    F: Future<Output = ()> + Send + 'static,
{
    let others = Mutex::new(Some((others, cache_of(&stand.client))));
    let transport = Transport::new(move |_, request: &SentRequest| {
        let mut others = others.lock().unwrap();
        match others.take_if(|_| request.operation == operation) {
            Some((others, cache)) => Fate::PassAfter(Box::pin(others(cache))),
            None => Fate::Pass,
        }
    });
    cache_of(&stand.through(&transport))
}

fn large(name: &str) -> Value {
    json!({ "name": name, "text": noise(2_000) })
}

/// A small record, which is refreshed in place, and a large one, whose tracker is written.
fn refreshed() -> [(Value, &'static str); 2] {
    [(json!({}), "UpdateItem"), (large("a"), "PutItem")]
}

#[tokio::test]
async fn a_refresh_never_shortens_what_another_one_prolonged() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (value, write) in refreshed() {
            cache.set_record("k", &value).ttl(seconds(100)).await.unwrap();
            stand.advance(1);
            let now = stand.clock.now();
            let later = Transport::new(move |_, _| Fate::Dated(now + 50));
            let ahead = cache_of(&stand.through(&later).with_clock(ManualClock::at(now + 50)));
            let reader = with_others(stand, write, move |_| async move {
                ahead.get_record::<Value>("k").await.unwrap();
            });
            assert_eq!(reader.get_record("k").await.unwrap(), Some(value));
            assert_eq!(ends(stand, "k").await, n(now + 150));
        }
    })
    .await;
}

#[tokio::test]
async fn a_refresh_is_not_for_the_record_that_was_set_since() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (value, write) in refreshed() {
            cache.set_record("k", &value).ttl(seconds(1_000)).await.unwrap();
            stand.advance(1);
            let new = value.clone();
            let reader = with_others(stand, write, |others| async move {
                others.set_record("k", &new).ttl(seconds(10)).await.unwrap();
            });
            assert!(reader.get_record::<Value>("k").await.unwrap().is_some());
            assert_eq!(ends(stand, "k").await, n(stand.clock.now() + 10));
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_is_set_in_the_record_that_is_there() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let values =
            [json!({ "name": "small" }), large("large"), json!({ "name": "packed", "text": "x".repeat(9_000) })];
        for from in &values {
            for to in &values {
                let operation = if from["name"] == "packed" { "PutItem" } else { "UpdateItem" };
                cache.set_record("k", from).await.unwrap();
                let new = to.clone();
                let writer = with_others(stand, operation, |others| async move {
                    others.set_record("k", &new).await.unwrap();
                });
                writer.update_record_field("k", "more", &true).await.unwrap();
                let mut expected = to.clone();
                expected["more"] = json!(true);
                assert_eq!(cache.get_record("k").await.unwrap(), Some(expected), "from {}", from["name"]);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_that_takes_the_record_over_the_border_loses_no_other() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let cases = [(json!({ "a": 1 }), noise(2_000), "PutItem"), (large("b"), String::new(), "UpdateItem")];
        for (start, text, write) in cases {
            for number in 0..2 {
                cache.set_record("k", &start).await.unwrap();
                // The second time, another field has been set already.
                if number > 0 {
                    cache.update_record_field("k", "earlier", &0).await.unwrap();
                }
                let writer = with_others(stand, write, |others| async move {
                    others.update_record_field("k", "other", &1).await.unwrap();
                });
                writer.update_record_field("k", "text", &text).await.unwrap();
                let value: Value = cache.get_record("k").await.unwrap().unwrap();
                assert_eq!((&value["other"], &value["text"]), (&json!(1), &json!(text)));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_of_a_record_that_goes_away_finds_none() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for value in [json!({}), large("a")] {
            for (number, operation) in ["PutItem", "UpdateItem"].into_iter().enumerate() {
                cache.set_record("k", &value).await.unwrap();
                let writer = with_others(stand, operation, |others| async move {
                    assert!(others.delete_record("k").await.unwrap());
                });
                let outcome = match number {
                    0 => writer.update_record("k", &value).await,
                    _ => writer.update_record_field("k", "f", &1).await,
                };
                assert!(outcome.unwrap_err().is_not_found());
                assert_eq!(stand.stored("singlet_cache").await.len(), 0, "nothing is made of half a record");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_spares_the_record_that_is_set_meanwhile() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &large("old")).await.unwrap();
        // The first DeleteItem deletes the record, the second one its tracker.
        let first = Mutex::new(true);
        let others = cache_of(&stand.client);
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "DeleteItem" if !std::mem::take(&mut *first.lock().unwrap()) => {
                let others = others.clone();
                Fate::PassAfter(Box::pin(async move { others.set_record("k", &large("new")).await.unwrap() }))
            }
            _ => Fate::Pass,
        });
        assert!(cache_of(&stand.through(&transport)).delete_record("k").await.unwrap());
        assert_eq!(cache.get_record("k").await.unwrap(), Some(large("new")));
    })
    .await;
}

#[tokio::test]
async fn a_read_that_finds_another_generation_of_the_tracker_is_repeated() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &large("a")).ttl(seconds(10)).await.unwrap();
        for _ in 0..2 {
            stand.advance(9);
            assert!(cache.get_record::<Value>("k").await.unwrap().is_some());
        }
        let torn = Transport::new(|number, _| match number {
            0 => Fate::Rewrite(Box::new(|mut answer| {
                answer["Items"][0]["generation"] = json!({ "S": "the next one" });
                answer
            })),
            _ => Fate::Pass,
        });
        assert_eq!(cache_of(&stand.through(&torn)).get_record("k").await.unwrap(), Some(large("a")));
        assert_eq!(torn.sent().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_write_gives_up_after_half_a_minute() {
    stand::run(async |stand| {
        cache(stand).await.set_record("k", &json!({})).await.unwrap();
        let refusing = Transport::new(|_, request| match request.operation.as_str() {
            "Query" => Fate::Pass,
            _ => Fate::Answer(400, error_body("ConditionalCheckFailedException")),
        });
        let cache = cache_of(&stand.through(&refusing));
        let started = tokio::time::Instant::now();
        let update = cache.update_record_field("k", "f", &1);
        // The pauses take no time while timers are paused.
        tokio::time::pause();
        let error = update.await.unwrap_err();
        tokio::time::resume();
        assert_eq!((error.kind(), error.table()), (ErrorKind::TransactionConflict, Some("singlet_cache")));
        let (elapsed, sent) = (started.elapsed().as_secs(), refusing.sent().len());
        assert!(elapsed >= 30, "{sent} requests in {elapsed} s");
        // Paused timers also advance while a query waits for a server, so the SDK may give up a query there.
        if emulator::endpoint().is_none() {
            assert!(sent.is_multiple_of(2), "a query and a write each time: {sent} in {elapsed} s");
            assert!(elapsed < 32 && sent > 2 * 40, "{sent} in {elapsed} s");
        }
    })
    .await;
}

/// A cleanup that runs while the refresh of a reader is on its way, whose time is older.
#[tokio::test]
async fn an_access_does_not_revive_a_record_that_a_cleanup_removes() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for accessed in [false, true] {
            cache.set_record("k", &large("a")).ttl(seconds(86_400)).await.unwrap();
            if accessed {
                stand.advance(1);
                assert!(cache.get_record::<Value>("k").await.unwrap().is_some());
            }
            stand.advance(3_600);
            let clock = stand.clock.clone();
            let writer = with_others(stand, "PutItem", move |others| async move {
                clock.advance(Duration::from_secs(1));
                assert_eq!(others.cleanup_inactive_records(60).await.unwrap().removed, 1);
            });
            let error = writer.update_record("k", &large("b")).await.unwrap_err();
            assert!(error.is_not_found(), "{error:?}");
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), None);
            assert_eq!(part(stand, "k", "VALUE").await, None);
        }
    })
    .await;
}

/// The tracker outlives the time at which the record itself says that it expires, so DynamoDB's TTL does not revive the record.
#[tokio::test]
async fn a_cleanup_that_stops_halfway_has_removed_the_record() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &large("a")).ttl(seconds(86_400)).await.unwrap();
        stand.advance(3_600);
        let stopped = Transport::new(|_, request| match request.operation.as_str() {
            "DeleteItem" => Fate::Answer(400, error_body("AccessDeniedException")),
            _ => Fate::Pass,
        });
        cache_of(&stand.through(&stopped)).cleanup_inactive_records(60).await.unwrap_err();
        let (record, tracker) = (part(stand, "k", "VALUE").await.unwrap(), part(stand, "k", "TRACKER").await.unwrap());
        assert_eq!(tracker["expires_at"], record["ends"]);
        assert_eq!(cache.get_record::<Value>("k").await.unwrap(), None);
        assert!(cache.update_record("k", &large("b")).await.unwrap_err().is_not_found());
        assert_eq!(cache.get_all_records::<Value>().await.unwrap().len(), 0);
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().removed, 1);
        assert_eq!(part(stand, "k", "VALUE").await, None);
    })
    .await;
}

/// The response to the first write is lost. Before the SDK sends it again, another process does something.
fn repeated<F>(stand: &Stand, operation: &'static str, others: impl FnOnce(Cache) -> F + Send + 'static) -> Cache
where
    F: Future<Output = ()> + Send + 'static,
{
    let others = Mutex::new(Some((others, cache_of(&stand.client))));
    let writes = Mutex::new(0);
    let transport = Transport::new(move |_, request: &SentRequest| {
        if request.operation != operation {
            return Fate::Pass;
        }
        let mut writes = writes.lock().unwrap();
        *writes += 1;
        match *writes {
            1 => Fate::LoseResponse,
            2 => others
                .lock()
                .unwrap()
                .take()
                .map_or(Fate::Pass, |(others, cache)| Fate::PassAfter(Box::pin(others(cache)))),
            _ => Fate::Pass,
        }
    });
    cache_of(&stand.through(&transport))
}

#[tokio::test]
async fn a_repeated_set_undoes_no_later_update() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &json!({})).await.unwrap();
        let writer = repeated(stand, "PutItem", |others| async move {
            others.update_record_field("k", "later", &true).await.unwrap();
        });
        writer.set_record("k", &large("a")).await.unwrap();
        let mut expected = large("a");
        expected["later"] = json!(true);
        assert_eq!(cache.get_record("k").await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn a_repeated_update_shortens_no_later_refresh() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for value in [json!({}), large("a")] {
            cache.set_record("k", &value).ttl(seconds(100)).await.unwrap();
            let clock = stand.clock.clone();
            let writer = repeated(stand, "PutItem", move |others| async move {
                clock.advance(Duration::from_secs(5));
                others.get_record::<Value>("k").await.unwrap();
            });
            writer.update_record("k", &value).await.unwrap();
            assert_eq!(ends(stand, "k").await, n(stand.clock.now() + 100));
        }
    })
    .await;
}

#[tokio::test]
async fn a_repeated_field_update_does_not_hide_another_one() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &large("a")).await.unwrap();
        let writer = repeated(stand, "UpdateItem", |others| async move {
            // Its put requires the revision that it has read. Before that, the first writer's update arrives again.
            others.update_record_field("k", "second", &2).await.unwrap();
        });
        writer.update_record_field("k", "first", &1).await.unwrap();
        let before = part(stand, "k", "VALUE").await.unwrap()["revision"].clone();
        cache.update_record_field("k", "third", &3).await.unwrap();
        assert_ne!(part(stand, "k", "VALUE").await.unwrap()["revision"], before);
        let value: Value = cache.get_record("k").await.unwrap().unwrap();
        assert_eq!([&value["first"], &value["second"], &value["third"]], [&json!(1), &json!(2), &json!(3)]);
    })
    .await;
}

/// The response to the delete of the tracker is lost, which alone showed that the record was live.
#[tokio::test]
async fn a_delete_whose_second_response_is_lost_has_an_unknown_outcome() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &large("a")).ttl(seconds(100)).await.unwrap();
        for _ in 0..2 {
            stand.advance(60);
            assert!(cache.get_record::<Value>("k").await.unwrap().is_some());
        }
        let deletes = Mutex::new(0);
        let transport = Transport::new(move |_, request| {
            let mut deletes = deletes.lock().unwrap();
            *deletes += usize::from(request.operation == "DeleteItem");
            if request.operation == "DeleteItem" && *deletes == 2 { Fate::LoseResponse } else { Fate::Pass }
        });
        let error = cache_of(&stand.through(&transport)).delete_record("k").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
    })
    .await;
}

/// A process that is paused after its read, for as long as the record lives.
#[tokio::test]
async fn a_writer_that_was_paused_does_not_revive_a_record() {
    type Act = fn(Cache) -> BoxFuture<'static, ()>;
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let acts: [Act; 3] = [
            |cache| Box::pin(async move { drop(cache.get_record::<Value>("k").await.unwrap()) }),
            |cache| Box::pin(async move { assert!(cache.update_record("k", "b").await.unwrap_err().is_not_found()) }),
            |cache| {
                Box::pin(
                    async move { assert!(cache.update_record_field("k", "f", &1).await.unwrap_err().is_not_found()) },
                )
            },
        ];
        for act in acts {
            cache.set_record("k", &large("a")).ttl(seconds(10 * 86_400)).await.unwrap();
            // Late enough that the record itself is extended before its tracker is written.
            stand.advance(9 * 86_400);
            let clock = stand.clock.clone();
            act(with_others(stand, "UpdateItem", move |_| async move { clock.advance(seconds(2 * 86_400)) })).await;
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), None);
            assert!(cache.delete_record("k").await.is_ok_and(|was_live| !was_live));
        }
    })
    .await;
}
