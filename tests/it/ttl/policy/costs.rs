//! What policies cost, as `src/docs/expiring_data.md` says: measured by what the service says it consumed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use singlet::{Client, ExpiresIn, Model, ModelConfig, Observer, RequestEvent, TTLAttribute, Table};

use super::Lives;
use crate::emulator::{Feature, supports};
use crate::stand::{self, Stand};

const GUIDE: &str = include_str!("../../../../src/docs/expiring_data.md");

fn hour() -> ModelConfig {
    ModelConfig::new("lives").ttl(Duration::from_hours(1))
}

fn fixed() -> ModelConfig {
    hour().refresh_ttl(false)
}

fn always() -> ModelConfig {
    hour().refresh_after(0.0)
}

macro_rules! records {
    ($($name:ident, $key:literal, $config:path;)*) => {$(
        #[derive(Debug, Clone, PartialEq, Model)]
        #[model(table = Lives, hash_key = $key, range_key = "R", config = $config)]
        struct $name {
            id: u32,
            body: String,
            #[model(default)]
            reads: u64,
            expires_at: Option<TTLAttribute>,
        }

        impl $name {
            /// A stored record of so many bytes.
            async fn of(bytes: usize) -> Self {
                let mut record = $name { id: 1, body: String::new(), reads: 0, expires_at: Some(TTLAttribute::MAX) };
                let rest = bytes - record.size().unwrap().bytes();
                record.body = "x".repeat(rest);
                record.expires_at = None;
                record.save().await.unwrap();
                record
            }
        }
    )*};
}

records! {
    Fixed, "FIXED#{id}", fixed;
    Sliding, "SLIDING#{id}", always;
    Lazy, "LAZY#{id}", hour;
}

/// Without a field for its expiry.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "BARE#{id}", range_key = "R", config = fixed)]
struct Bare {
    id: u32,
    body: String,
}

/// Adds up what is consumed.
#[derive(Clone, Default)]
struct Bill(Arc<Mutex<f64>>);

impl Observer for Bill {
    fn request(&self, event: &RequestEvent<'_>) {
        *self.0.lock().unwrap() += event.cost.read + event.cost.write;
    }
}

impl Bill {
    fn take(&self) -> f64 {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// What each row of the guide's table costs for an item of so many bytes.
async fn measured(stand: &Stand, client: &Client, bill: &Bill, bytes: usize) -> Vec<(&'static str, f64)> {
    let mut rows = Vec::new();
    let (mut fixed, mut sliding) = (Fixed::of(bytes).await, Sliding::of(bytes).await);
    Lazy::of(bytes).await;
    // Nothing but its body differs in size.
    let key_and_body = "pkBARE#0000000001skR_typeBareid1body".len() + "expires_at".len() + 6;
    let mut bare = Bare { id: 1, body: "x".repeat(bytes - key_and_body) };
    bare.save().await.unwrap();
    bill.take();
    stand.advance(60);

    Fixed::get(1).client(client).await.unwrap();
    rows.push(("get, refresh off", bill.take()));
    Sliding::get(1).client(client).await.unwrap();
    rows.push(("get with `refresh_after = 0`", bill.take()));
    Lazy::get(1).client(client).await.unwrap();
    rows.push(("get, refresh not due", bill.take()));
    stand.advance(1_800);
    Lazy::get(1).client(client).await.unwrap();
    rows.push(("get, refresh due", bill.take()));
    Fixed::update(1).add(|r| r.reads, 1_u64).client(client).await.unwrap();
    rows.push(("update, refresh off", bill.take()));
    Sliding::update(1).add(|r| r.reads, 1_u64).client(client).await.unwrap();
    rows.push(("update that refreshes", bill.take()));
    sliding.save().client(client).await.unwrap();
    rows.push(("save, refresh on or off", bill.take()));
    fixed.save().client(client).await.unwrap();
    rows.push(("save, refresh on or off", bill.take()));
    bare.save().client(client).await.unwrap();
    rows.push(("save of a model without a TTL field, refresh off", bill.take()));
    sliding.extend_ttl(ExpiresIn::hours(2)).client(client).await.unwrap();
    rows.push(("`extend_ttl`", bill.take()));
    rows
}

#[tokio::test]
async fn the_guide_says_what_policies_cost() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let bill = Bill::default();
        let client = stand.observed(bill.clone());
        let said = table();
        for (column, bytes) in [512, 1_024, 4_096, 40_960].into_iter().enumerate() {
            for (row, units) in measured(stand, &client, &bill, bytes).await {
                let (_, cells) = said.iter().find(|(name, _)| name == row).unwrap_or_else(|| panic!("no row {row}"));
                assert!((cells[column] - units).abs() < 0.01, "{row}, {bytes} bytes: {units}");
            }
        }
        assert_eq!(said.len(), 9, "every row is measured");
    })
    .await;
}

/// The rows of the guide's table with four numbers each.
fn table() -> Vec<(String, Vec<f64>)> {
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let name = cells.next()?.to_owned();
        let units: Vec<f64> = cells.map_while(|cell| cell.parse().ok()).collect();
        (units.len() == 4).then_some((name, units))
    };
    GUIDE.lines().filter(|line| line.starts_with('|')).filter_map(row).collect()
}
