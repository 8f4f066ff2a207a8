//! The checks that explain why DynamoDB has not deleted an expired item. It only reads.

use std::fmt;

use aws_sdk_dynamodb::types::{TableStatus, TimeToLiveStatus};
use serde_json::{Value, json};
use singlet::Client;
use singlet::key::KeyType;
use singlet::tables::TableDescription;

use super::sample::Sample;
use crate::escape::Inline;

/// The state of the probe after the timeout.
#[derive(Debug, Clone, Copy)]
pub(super) enum ProbeState {
    /// It was not put, because DynamoDB would not have deleted it.
    NotPut,
    /// It is stored as it was put.
    Intact,
    /// It is stored with another expiry than it was put with.
    Changed,
}

/// Makes all checks that apply.
pub(super) async fn checks(client: &Client, table: &TableDescription, probe: ProbeState) -> Vec<Check> {
    let mut checks = vec![permissions(probe), active(table), enabled(table)];
    checks.extend(clock(client));
    let Some(ttl) = &table.ttl.attribute else {
        checks.push(patience());
        return checks;
    };
    checks.push(key_type(table, ttl));
    checks.extend(probe_check(probe));
    match Sample::take(client, &table.name, ttl).await {
        Ok(sample) => checks.extend(of_sample(&sample, ttl)),
        Err(failure) => checks.push(Check::new("items", Finding::Unknown, failure.to_string())),
    }
    checks.extend(emulator(table));
    checks.push(patience());
    checks
}

fn permissions(probe: ProbeState) -> Check {
    let detail = match probe {
        ProbeState::NotPut => "the table can be described; no item was put, because DynamoDB would not delete it",
        _ => {
            "the table can be described, and items can be put and read; DynamoDB needs no permission to delete expired items"
        }
    };
    Check::new("permissions", Finding::Ok, detail)
}

fn active(table: &TableDescription) -> Check {
    Check::of("table", table.status == TableStatus::Active, format!("the table is {}", table.status.as_str()))
}

fn enabled(table: &TableDescription) -> Check {
    let attribute = table.ttl.attribute.as_deref().unwrap_or_default();
    match &table.ttl.status {
        TimeToLiveStatus::Enabled => Check::new("enabled", Finding::Ok, format!("ENABLED on `{attribute}`")),
        TimeToLiveStatus::Enabling => {
            let detail =
                format!("ENABLING on `{attribute}`: this takes up to one hour, during which nothing is deleted");
            Check::new("enabled", Finding::Problem, detail)
        }
        status => {
            let detail = format!(
                "{}: nothing is deleted; run `singlet ttl enable {} --attribute NAME`",
                status.as_str(),
                table.name
            );
            Check::new("enabled", Finding::Problem, detail)
        }
    }
}

/// The type of the TTL attribute if it is a key of the table or of an index, and not a number.
pub(super) fn wrong_key_type<'a>(table: &'a TableDescription, ttl: &str) -> Option<&'a KeyType> {
    let of_indexes = table.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key));
    let mut keys = table.hash_key.iter().chain(&table.range_key).chain(of_indexes);
    keys.find(|key| key.attribute == ttl)?.key_type.as_ref().filter(|key_type| **key_type != KeyType::N)
}

fn key_type(table: &TableDescription, ttl: &str) -> Check {
    match wrong_key_type(table, ttl) {
        None => Check::new("attribute", Finding::Ok, format!("`{ttl}` can hold numbers")),
        Some(key_type) => {
            let detail =
                format!("`{ttl}` is a key of type {}, but the TTL attribute must be a number", key_type.as_str());
            Check::new("attribute", Finding::Problem, detail)
        }
    }
}

/// The allowed clock difference in seconds. Short TTLs are about ten seconds.
const MOST_OFF: u64 = 5;

/// Compares the clocks. The probe uses DynamoDB's time, but other programs on this machine may not.
fn clock(client: &Client) -> Option<Check> {
    let offset = client.clock_offset()?;
    let seconds = offset.unsigned_abs() / 1000;
    let detail = match (seconds, offset > 0) {
        (0, _) => "this machine's clock agrees with DynamoDB's".to_owned(),
        (_, true) => format!("this machine's clock is {seconds} s behind DynamoDB's"),
        (_, false) => format!("this machine's clock is {seconds} s ahead of DynamoDB's"),
    };
    Some(Check::of("clock", seconds <= MOST_OFF, detail))
}

fn probe_check(probe: ProbeState) -> Option<Check> {
    match probe {
        ProbeState::NotPut => None,
        ProbeState::Intact => {
            Some(Check::new("probe", Finding::Ok, "the item was stored with its expiry, a number in epoch seconds"))
        }
        ProbeState::Changed => Some(Check::new(
            "probe",
            Finding::Problem,
            "its expiry was changed in the meantime, for example by a consumer of the stream",
        )),
    }
}

fn of_sample(sample: &Sample, ttl: &str) -> Vec<Check> {
    let Sample { items, without, not_numbers, milliseconds, too_old, expired } = *sample;
    if items == 0 {
        return vec![Check::new("items", Finding::Ok, "the table has no items to sample")];
    }
    let of = format!("of {items} sampled items");
    let finding = if without > 0 { Finding::Hint } else { Finding::Ok };
    vec![
        Check::new("items", finding, format!("{without} {of} have no `{ttl}`: they never expire")),
        Check::of(
            "type",
            not_numbers == 0,
            format!("{not_numbers} {of} have a `{ttl}` that is not a number: they never expire"),
        ),
        Check::of(
            "epoch seconds",
            milliseconds == 0,
            format!("{milliseconds} {of} seem to have milliseconds in `{ttl}`: they expire in thousands of years"),
        ),
        Check::of(
            "age",
            too_old == 0,
            format!("{too_old} {of} expired more than five years ago: DynamoDB does not delete them"),
        ),
        Check::new("backlog", Finding::Hint, format!("{expired} {of} are expired and not deleted yet")),
    ]
}

/// A hint about DynamoDB Local, which requests cannot distinguish from AWS.
fn emulator(table: &TableDescription) -> Option<Check> {
    let detail =
        "DynamoDB Local deletes only items that have the keys of all secondary indexes, as the item that was put has";
    (!table.indexes.is_empty()).then(|| Check::new("emulator", Finding::Hint, detail))
}

/// See [AWS's documentation](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
fn patience() -> Check {
    let detail = "DynamoDB guarantees no time, but typically deletes within a few days, so readers have to ignore expired \
                  items. The CloudWatch metric `TimeToLiveDeletedItemCount` counts deleted items";
    Check::new("patience", Finding::Hint, detail)
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Ok,
    Problem,
    /// The check could not be made.
    Unknown,
    /// Nothing to check, but useful to know.
    Hint,
}

/// One check of the troubleshooting list. `Display` is one line.
#[derive(Debug)]
pub(super) struct Check {
    name: &'static str,
    finding: Finding,
    detail: String,
}

impl Check {
    pub(super) fn new(name: &'static str, finding: Finding, detail: impl Into<String>) -> Self {
        Check { name, finding, detail: detail.into() }
    }

    /// A check that is either ok or a problem.
    pub(super) fn of(name: &'static str, is_ok: bool, detail: impl Into<String>) -> Self {
        Check::new(name, if is_ok { Finding::Ok } else { Finding::Problem }, detail)
    }

    pub(super) fn document(&self) -> Value {
        json!({ "check": self.name, "finding": self.finding.word(), "detail": self.detail })
    }
}

impl Finding {
    fn word(self) -> &'static str {
        match self {
            Finding::Ok => "ok",
            Finding::Problem => "problem",
            Finding::Unknown => "unknown",
            Finding::Hint => "hint",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {:<8} {:<15} {}", self.finding.word(), self.name, Inline(&self.detail))
    }
}
