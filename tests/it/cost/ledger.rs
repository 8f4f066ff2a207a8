//! A ledger adds up what a client is billed, by operation, model, table and index.

use singlet::{Ledger, LedgerEntry, Model, Operation, Prices, Table};

use crate::stand;

#[derive(Table)]
#[table(name = "ledger", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_team", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Ledgers;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ledgers, hash_key = "TASK#{id}", index(by_team, hash_key = "TEAM#{team}", range_key = "TASK#{id}"))]
struct Task {
    id: u32,
    team: String,
    #[model(unique)]
    slug: String,
}

fn of(entries: &[LedgerEntry], operation: Operation, index: Option<&str>) -> LedgerEntry {
    let entry = entries.iter().find(|entry| entry.operation == operation && entry.index.as_deref() == index);
    entry.unwrap_or_else(|| panic!("no entry of {operation:?}")).clone()
}

#[tokio::test]
async fn a_ledger_adds_up_what_the_service_bills() {
    super::run(async |_, billed| {
        Ledgers::create_table().await.unwrap();
        let ledger = Ledger::new().with_prices(Prices { read_million: 1e6, write_million: 5e6 });
        let client = billed.client.clone().with_observer(ledger.clone());
        for id in 1..=3 {
            let mut task = Task { id, team: "red".into(), slug: format!("t-{id}") };
            task.create().client(&client).await.unwrap();
            task.create().client(&client).await.unwrap_err();
        }
        // A read, a transaction, and a read of the new item.
        Task::update(1).set(|task| task.slug, "new").client(&client).await.unwrap();
        Task::index(Ledgers::BY_TEAM).query("red").client(&client).await.unwrap();
        let (entries, bill) = (ledger.entries(), billed.take());
        let sum = |part: fn(&LedgerEntry) -> f64| entries.iter().map(part).sum::<f64>();
        assert_eq!((sum(|entry| entry.read), sum(|entry| entry.write)), (bill.read, bill.write));
        assert_eq!(entries.iter().map(|entry| entry.requests as usize).sum::<usize>(), bill.requests);
        assert!(entries.iter().all(|entry| entry.model == Some("Task") && entry.table == "ledger"));
        let create = of(&entries, Operation::Create, None);
        assert_eq!((create.calls, create.requests, create.retries, create.throttled), (6, 6, 0, 0));
        // The item and its sentinel, twice each.
        assert!(create.write > 0.0 && create.refused >= 12.0, "{create:?}");
        let update = of(&entries, Operation::Update, None);
        assert_eq!((update.calls, update.requests), (1, 3));
        assert!(update.slowest > std::time::Duration::ZERO);
        let query = of(&entries, Operation::Query, Some("by_team"));
        assert_eq!((query.calls, query.items, query.write), (1, 3, 0.0));
        for entry in &entries {
            assert!((entry.price - entry.read - 5.0 * (entry.write + entry.refused)).abs() < 0.01, "{entry:?}");
        }
        assert!(entries.is_sorted_by(|a, b| a.price >= b.price));
        let text = ledger.to_string();
        assert_eq!(text.lines().count(), entries.len() + 2);
        assert!(text.contains("Task in ledger/by_team"), "{text}");
        let json = ledger.to_json();
        assert_eq!((json[0]["price"].as_f64(), json[0]["model"].as_str()), (Some(entries[0].price), Some("Task")));
        assert_eq!((ledger.take(), ledger.entries()), (entries, vec![]));
    })
    .await;
}

/// An inner measurement counts in the outer one, and both count each request once.
#[tokio::test]
async fn measurements_nest() {
    stand::run(async |stand| {
        Ledgers::create_table().await.unwrap();
        let (inner, outer) = singlet::measure_cost(async {
            Task::get(1).client(&stand.client).await.unwrap();
            let response = Task::get(2).client(&stand.client).detailed().await.unwrap();
            let (_, measured) = singlet::measure_cost(async { Task::get(3).client(&stand.client).await }).await;
            (response.cost, measured)
        })
        .await;
        assert_eq!((inner.0.requests, inner.1.requests, outer.requests), (1, 1, 3));
        let mut rest = outer.clone();
        rest.read -= inner.0.read + inner.1.read;
        assert!((rest.read - outer.read / 3.0).abs() < 0.01);
    })
    .await;
}
