//! Every request that an operation sends is in the plan that `explain` returned for it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use singlet::{Attribute, ExpiredItems, Model, ModelConfig, RequestPlan, RequestUnits, Result, TTLAttribute, Table};

use super::operations::{self, Deed, Deeds};
use super::restore;
use crate::emulator::{Feature, supports};
use crate::stand::{self, START, item, n, s};
use crate::transport::{Fate, SentRequest, Transport};

#[derive(Table)]
#[table(name = "plans", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "keys", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
#[table(index(name = "all", hash_key = "gsi2pk", range_key = "gsi2sk"))]
struct Plans;

fn hiding() -> ModelConfig {
    ModelConfig::new("plans").expired(ExpiredItems::Hide)
}

fn refreshed() -> ModelConfig {
    hiding().ttl(Duration::from_mins(10)).refresh_after(0.1)
}

fn always_refreshed() -> ModelConfig {
    refreshed().refresh_after(0.0)
}

#[derive(Debug, Clone, Model)]
#[model(table = Plans, hash_key = "MEMBER#{id}", range_key = "MEMBER", config = hiding)]
struct Member {
    id: u32,
    #[model(unique)]
    email: String,
    points: u32,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, Model)]
#[model(table = Plans, hash_key = "GUEST#{id}", range_key = "GUEST", config = refreshed)]
struct Guest {
    id: u32,
    #[model(unique)]
    email: String,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, Model)]
#[model(table = Plans, hash_key = "TEAM#{team}", range_key = "VISIT#{id}", config = refreshed)]
#[model(index(keys, hash_key = "PAGE#{page}", range_key = "VISIT#{id}"))]
#[model(index(all, hash_key = "PAGE#{page}", range_key = "SCORE#{score}"))]
struct Visit {
    team: String,
    id: u32,
    page: String,
    score: u32,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, Model)]
#[model(table = Plans, hash_key = "TEAM#{team}", range_key = "LOGIN#{id}", config = always_refreshed)]
struct Login {
    team: String,
    id: u32,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, Model)]
#[model(table = Plans, hash_key = "USER#{id}", range_key = "USER")]
struct User {
    id: u32,
    prefs: Option<Prefs>,
}

#[derive(Debug, Clone, Attribute)]
struct Prefs {
    color: Option<String>,
}

fn at(seconds: i64) -> TTLAttribute {
    TTLAttribute::from_epoch_seconds(START + seconds)
}

fn member(id: u32, email: &str) -> Member {
    Member { id, email: email.into(), points: 0, expires_at: None }
}

fn guest(id: u32) -> Guest {
    Guest { id, email: format!("g-{id}"), expires_at: None }
}

fn visit(id: u32) -> Visit {
    Visit { team: "t".into(), id, page: "p".into(), score: 1, version: 0, expires_at: None }
}

fn login(id: u32) -> Login {
    Login { team: "t".into(), id, expires_at: None }
}

/// The tables that a request names.
fn tables_of(sent: &SentRequest) -> BTreeSet<String> {
    let body = sent.json();
    let name = |value: &Value| value["TableName"].as_str().map(str::to_owned);
    let parts = body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
    let of_parts = parts.flat_map(|part| part.values().filter_map(name).collect::<Vec<_>>());
    let of_batch = body["RequestItems"].as_object().into_iter().flat_map(|items| items.keys().cloned());
    name(&body).into_iter().chain(of_parts).chain(of_batch).collect()
}

/// Checks that the plan contains what was sent: the first request as it is, and the others by operation, table and index.
fn assert_planned(name: &str, plan: &Result<RequestPlan>, sent: &[SentRequest]) {
    let Ok(plan) = plan else {
        assert!(sent.is_empty(), "{name}: {plan:?}, but sent {sent:?}");
        return;
    };
    let first = (plan.operation(), plan.table(), plan.index());
    let follow_ups = plan.follow_ups().iter().map(|request| (request.operation(), request.table(), request.index()));
    let planned: Vec<_> = [first].into_iter().chain(follow_ups).collect();
    for (number, sent) in sent.iter().enumerate() {
        let (tables, body) = (tables_of(sent), sent.json());
        let is_planned = |(operation, table, index): &(&str, &str, Option<&str>)| {
            *operation == sent.operation
                && (tables.is_empty() || tables.iter().all(|name| table.split(", ").any(|planned| planned == name)))
                && body["IndexName"].as_str() == *index
        };
        // A second request of the kind of the first one must be listed too.
        let possible = &planned[usize::from(number > 0)..];
        assert!(possible.iter().any(is_planned), "{name}: {} {} is not in\n{plan}", sent.operation, sent.body);
    }
}

/// Explains an operation, runs it, and checks what was sent. Returns the operations that were sent.
macro_rules! planned {
    ($transport:expr, $stand:expr, |$client:ident| $operation:expr) => {{
        let transport: Transport = $transport;
        let client = $stand.through(&transport);
        let explained = {
            let $client = &client;
            $operation.explain()
        };
        assert!(transport.sent().is_empty(), "{} sent something", stringify!($operation));
        let outcome = {
            let $client = &client;
            $operation.await.map(drop)
        };
        let sent = transport.sent();
        assert_planned(stringify!($operation), &explained, &sent);
        let names: Vec<String> = sent.into_iter().map(|sent| sent.operation).collect();
        (outcome, names)
    }};
    ($stand:expr, |$client:ident| $operation:expr) => {
        planned!(Transport::recording(), $stand, |$client| $operation)
    };
}

#[tokio::test]
async fn every_operation_sends_what_its_plan_lists() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let key = || BTreeMap::from([("pk", s("DEED#0000000001")), ("sk", s("DEED"))]);
        let lists = [
            ("Deed", operations::of_deed as fn() -> Vec<operations::Operation>),
            ("Foreign", operations::of_foreign),
            ("Misread", operations::of_misread),
            ("Kept", operations::of_kept),
            ("Unique", operations::of_unique),
        ];
        let mut followed = BTreeMap::<_, usize>::new();
        for (scenario, expires_at) in [("live", Some(60)), ("expired", Some(-60)), ("absent", None)] {
            for (model, operation) in
                lists.iter().flat_map(|(model, list)| list().into_iter().map(move |one| (model, one)))
            {
                let Some(explain) = operation.explain else { continue };
                restore(stand).await;
                let mut stored = Deed { id: 1, points: 7, expires_at: None };
                if let Some(seconds) = expires_at {
                    stored.expires_at = Some(at(seconds));
                    stand.put_raw("deeds", stored.to_item().unwrap()).await;
                } else {
                    let key = key().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                    stand.client.sdk().delete_item().table_name("deeds").set_key(Some(key)).send().await.unwrap();
                }
                let transport = Transport::recording();
                let client = stand.through(&transport);
                let plan = explain(client.clone());
                // Some refuse the stored item.
                (operation.run)(client).await.ok();
                let sent = transport.sent();
                assert_planned(&format!("{scenario} {model} {}", operation.name), &plan, &sent);
                *followed.entry(scenario).or_default() += sent.len().saturating_sub(1);
            }
        }
        assert!(followed.values().all(|sent| *sent > 5), "{followed:?}");
    })
    .await;
}

#[tokio::test]
async fn writes_with_unique_values_send_what_their_plans_list() {
    stand::run(async |stand| {
        Plans::create_table().await.unwrap();
        let (_, sent) = planned!(stand, |c| member(1, "a").create().client(c));
        assert!(sent.contains(&"TransactWriteItems".to_owned()), "{sent:?}");
        let (outcome, sent) = planned!(stand, |c| member(1, "a").save().client(c));
        assert_eq!((outcome.is_ok(), sent), (true, vec!["PutItem".to_owned()]));
        let (outcome, sent) = planned!(stand, |c| member(1, "b").save().client(c));
        assert!(outcome.is_ok() && sent[..2] == ["PutItem", "TransactWriteItems"], "{sent:?}");
        let (outcome, sent) = planned!(stand, |c| Member::update(1).set(|m| m.email, "c").return_nothing().client(c));
        assert!(outcome.is_ok() && sent == ["GetItem", "TransactWriteItems"], "{sent:?}");
        let (outcome, sent) = planned!(stand, |c| Member::update(1).set(|m| m.email, "d").client(c));
        assert!(outcome.is_ok() && sent == ["GetItem", "TransactWriteItems", "GetItem"], "{sent:?}");
        planned!(stand, |c| Member::upsert(2).set(|m| m.email, "e").set(|m| m.points, 1).client(c)).0.unwrap();
        // Another member has the value.
        let (outcome, _) = planned!(stand, |c| Member::update(2).set(|m| m.email, "d").client(c));
        assert!(outcome.is_err());
        // The local value is not what is stored.
        let (_, sent) = planned!(stand, |c| member(1, "a").delete().client(c));
        assert!(sent.len() > 1, "{sent:?}");
        // Expired owners: one in the way of a new item, and one whose values another item claims.
        for id in [3, 4] {
            Member { expires_at: Some(at(60)), ..member(id, &format!("x-{id}")) }.create().await.unwrap();
        }
        stand.advance(120);
        planned!(stand, |c| member(3, "x-5").create().client(c)).0.unwrap();
        planned!(stand, |c| member(6, "x-4").create().client(c)).0.unwrap();
        let (outcome, _) = planned!(stand, |c| member(4, "x-4").save().client(c));
        assert!(outcome.is_err(), "another member has claimed the value");
        planned!(stand, |c| Member::delete_by_key(4).client(c)).0.unwrap();
        planned!(stand, |c| {
            singlet::transact_write()
                .write(Member::update(6).set(|m| m.email, "y"))
                .write(Member::delete_by_key(3))
                .client(c)
        })
        .0
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn refreshes_are_in_the_plan() {
    stand::run(async |stand| {
        Plans::create_table().await.unwrap();
        for id in 1..=3 {
            visit(id).create().await.unwrap();
            login(id).create().await.unwrap();
            guest(id).create().await.unwrap();
        }
        let due = || stand.advance(120);
        due();
        let (_, sent) = planned!(stand, |c| Visit::get(("t", 1)).client(c));
        assert_eq!(sent, ["GetItem", "UpdateItem"]);
        let (_, sent) = planned!(stand, |c| Login::get(("t", 1)).client(c));
        assert_eq!(sent, ["UpdateItem"]);
        let (_, sent) = planned!(stand, |c| Login::get(("t", 9)).client(c));
        assert_eq!(sent, ["UpdateItem", "GetItem"]);
        let (_, sent) = planned!(stand, |c| Visit::query("t").client(c));
        assert!(sent[0] == "Query" && sent.contains(&"UpdateItem".to_owned()), "{sent:?}");
        due();
        let (_, sent) = planned!(stand, |c| Visit::batch_get([("t", 1), ("t", 2)]).client(c));
        assert!(sent.contains(&"UpdateItem".to_owned()), "{sent:?}");
        let (_, sent) = planned!(stand, |c| Guest::get(1).client(c));
        assert!(sent[0] == "GetItem" && sent.contains(&"TransactWriteItems".to_owned()), "{sent:?}");
        due();
        let (_, sent) = planned!(stand, |c| Visit::index(Plans::KEYS).query("p").client(c).hydrate());
        assert!(sent[..2] == ["Query", "BatchGetItem"] && sent.contains(&"UpdateItem".to_owned()), "{sent:?}");
        planned!(stand, |c| Visit::update(("t", 1)).set(|v| v.page, "q").client(c)).0.unwrap();
        planned!(stand, |c| Visit::upsert(("t", 7)).set(|v| v.page, "q").set(|v| v.score, 1).client(c)).0.unwrap();
        planned!(stand, |c| Guest::update(1).set(|g| g.email, "h").client(c)).0.unwrap();
        // An expired item is in the way.
        stand.advance(1_000);
        let (outcome, sent) = planned!(stand, |c| visit(2).create().client(c));
        assert!(outcome.is_ok(), "{outcome:?} {sent:?}");
        let upsert = || Visit::upsert(("t", 3)).set(|v| v.page, "q").set(|v| v.score, 1);
        let (outcome, sent) = planned!(stand, |c| upsert().client(c));
        assert!(outcome.is_ok() && sent.len() > 1, "{outcome:?} {sent:?}");
        let (outcome, sent) = planned!(stand, |c| singlet::transact_write().write(visit(1).create()).client(c));
        assert!(outcome.is_ok(), "{outcome:?} {sent:?}");
    })
    .await;
}

#[tokio::test]
async fn reads_that_a_write_or_an_index_needs_are_in_the_plan() {
    stand::run(async |stand| {
        Plans::create_table().await.unwrap();
        visit(1).create().await.unwrap();
        let (outcome, sent) = planned!(stand, |c| Visit::update(("t", 1)).add(|v| v.score, 3).client(c));
        assert!(outcome.is_ok() && sent == ["GetItem", "UpdateItem"], "{outcome:?} {sent:?}");
        // Another writer changes the number in between.
        let service = stand.client.clone();
        let transport = Transport::new(move |_, sent| {
            if sent.operation != "UpdateItem" || sent.body.contains("other") {
                return Fate::Pass;
            }
            let service = service.clone();
            Fate::PassAfter(Box::pin(async move {
                let key = [("pk", s("TEAM#t")), ("sk", s("VISIT#0000000001"))];
                let update = service.sdk().update_item().table_name("plans").set_key(Some(item(key)));
                let update = update.update_expression("SET score = score + :0").expression_attribute_values(":0", n(1));
                update.condition_expression("score < :max").expression_attribute_values(":max", n(6)).send().await.ok();
            }))
        });
        let (outcome, sent) = planned!(transport, stand, |c| Visit::update(("t", 1)).add(|v| v.score, 3).client(c));
        assert!(outcome.is_ok() && sent[..3] == ["GetItem", "UpdateItem", "UpdateItem"], "{outcome:?} {sent:?}");
        // A hidden count on an index without the expiry looks items up.
        let (_, sent) = planned!(stand, |c| Visit::index(Plans::KEYS).query("p").client(c).count());
        assert_eq!(sent, ["Query", "BatchGetItem"]);
        let (_, sent) = planned!(stand, |c| Visit::index(Plans::ALL).query("p").client(c));
        assert_eq!(sent, ["Query"]);
        // A map that is not stored.
        stand.put_raw("plans", User { id: 1, prefs: None }.to_item().unwrap()).await;
        let paint = || User::update(1).set(|u| u.prefs.color, "red");
        let (outcome, sent) = planned!(stand, |c| paint().client(c));
        assert!(outcome.is_err() && sent == ["UpdateItem", "GetItem"], "{outcome:?} {sent:?}");
        let (outcome, sent) = planned!(stand, |c| paint().create_parents().client(c));
        assert!(outcome.is_ok() && sent == ["UpdateItem", "GetItem", "UpdateItem"], "{outcome:?} {sent:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_and_batches_are_in_the_plan() {
    stand::run(async |stand| {
        Plans::create_table().await.unwrap();
        let logins: Vec<_> = (1..=30).map(login).collect();
        let (_, sent) = planned!(stand, |c| singlet::batch_write().put_all(&logins).client(c));
        assert_eq!(sent.iter().filter(|sent| *sent == "BatchWriteItem").count(), 2, "{sent:?}");
        let (_, sent) = planned!(stand, |c| Login::batch_get((1..=101).map(|id| ("t", id))).client(c));
        assert_eq!(sent.iter().filter(|sent| *sent == "BatchGetItem").count(), 2, "{sent:?}");
        let (_, sent) = planned!(stand, |c| Login::query("t").page_size(10).client(c));
        assert!(sent.iter().filter(|sent| *sent == "Query").count() >= 3, "{sent:?}");
        let (_, sent) = planned!(stand, |c| Login::scan().page_size(10).client(c));
        assert!(sent.len() >= 3, "{sent:?}");
        let (_, sent) = planned!(stand, |c| Login::scan().segments(4).client(c));
        assert!(sent.len() >= 4, "{sent:?}");
    })
    .await;
}

#[tokio::test]
async fn operations_on_tables_send_what_their_plans_list() {
    stand::run(async |stand| {
        let (_, sent) = planned!(stand, |c| Plans::create_table().client(c));
        assert!(sent.len() >= 4, "{sent:?}");
        planned!(stand, |c| Plans::describe_table().client(c)).0.unwrap();
        planned!(stand, |c| Plans::verify_table().client(c)).0.unwrap();
        planned!(stand, |c| Visit::enable_ttl().client(c)).0.unwrap();
        planned!(stand, |c| Plans::delete_table().confirm("plans").client(c)).0.unwrap();
    })
    .await;
}

#[tokio::test]
async fn known_units_are_those_that_the_service_bills() {
    stand::run(async |_| {
        Plans::create_table().await.unwrap();
        let mut long = Visit { page: "p".repeat(500), ..visit(1) };
        let plan = long.create().explain().unwrap();
        let RequestUnits::Written { table, indexes } = plan.units() else { panic!("{plan}") };
        assert_eq!(plan.to_string().lines().next().unwrap().matches("PutItem").count(), 1);
        assert!(table >= 2 && indexes >= 3, "{plan}");
        let is_billed = |billed: f64, units: usize| (billed - f64::from(u32::try_from(units).unwrap())).abs() < 1e-9;
        let billed = long.create().detailed().await.unwrap().cost.write;
        assert!(is_billed(billed, table + indexes), "{billed} {plan}");
        let mut other = Visit { id: 2, ..long.clone() };
        let transaction = singlet::transact_write().write(other.create()).explain().unwrap();
        assert_eq!(transaction.units(), RequestUnits::Written { table: 2 * table, indexes });
        let billed = singlet::transact_write().write(other.create()).detailed().await.unwrap().cost.write;
        if supports(Feature::TransactedIndexes) {
            assert!(is_billed(billed, 2 * table + indexes), "{billed} {transaction}");
        }
        let read = |consistent| Visit::query("t").consistent_read(consistent).explain().unwrap().units();
        assert_eq!([read(false), read(true)], [0.5, 1.0].map(|units| RequestUnits::PerRead { units }));
    })
    .await;
}
