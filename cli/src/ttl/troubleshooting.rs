//! Why an expired item may still be there: one step after the other.

use aws_sdk_dynamodb::types::{TableStatus, TimeToLiveStatus};
use singlet::Client;
use singlet::key::KeyType;
use singlet::tables::TableDescription;

use super::check::{Check, Finding};
use super::sample::Sample;

/// What became of the probe, as far as there was one.
#[derive(Debug, Clone, Copy)]
pub(super) enum ProbeState {
    /// There was none: nothing would have deleted it.
    NotPut,
    /// It is there, and as it was put.
    Intact,
    /// It is there, and its expiry is another than was put.
    Changed,
}

/// The whole list, each step with its finding.
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
        ProbeState::NotPut => "the table can be described; no item was put, since nothing would delete it",
        _ => "the table can be described, and items put and read; to delete them DynamoDB needs no permission of yours",
    };
    Check::new("permissions", Finding::Ok, detail)
}

fn active(table: &TableDescription) -> Check {
    Check::of("table", table.status == TableStatus::Active, format!("it is {}", table.status.as_str()))
}

fn enabled(table: &TableDescription) -> Check {
    let attribute = table.ttl.attribute.as_deref().unwrap_or_default();
    match &table.ttl.status {
        TimeToLiveStatus::Enabled => Check::new("enabled", Finding::Ok, format!("ENABLED on `{attribute}`")),
        TimeToLiveStatus::Enabling => {
            let detail = format!("ENABLING on `{attribute}`: this takes up to an hour, and nothing is deleted before");
            Check::new("enabled", Finding::Problem, detail)
        }
        status => {
            let detail = format!(
                "{}: nothing is deleted; see `singlet ttl enable {} --attribute NAME`",
                status.as_str(),
                table.name
            );
            Check::new("enabled", Finding::Problem, detail)
        }
    }
}

/// Where the attribute is a key of the table or of an index, its type is fixed.
pub(super) fn wrong_key_type<'a>(table: &'a TableDescription, ttl: &str) -> Option<&'a KeyType> {
    let of_indexes = table.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key));
    let mut keys = table.hash_key.iter().chain(&table.range_key).chain(of_indexes);
    keys.find(|key| key.attribute == ttl)?.key_type.as_ref().filter(|key_type| **key_type != KeyType::N)
}

fn key_type(table: &TableDescription, ttl: &str) -> Check {
    match wrong_key_type(table, ttl) {
        None => Check::new("attribute", Finding::Ok, format!("`{ttl}` can hold numbers")),
        Some(key_type) => {
            let detail = format!("`{ttl}` is a key of type {key_type:?}: DynamoDB deletes by numbers only");
            Check::new("attribute", Finding::Problem, detail)
        }
    }
}

/// How far off a clock may be, in seconds: the shortest times to live are some ten.
const MOST_OFF: u64 = 5;

/// The probe goes by DynamoDB's clock; other programs on this machine may not.
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
            Some(Check::new("probe", Finding::Ok, "it was stored with its expiry, a number in epoch seconds"))
        }
        ProbeState::Changed => Some(Check::new(
            "probe",
            Finding::Problem,
            "something has changed its expiry meanwhile, such as a stream's consumer",
        )),
    }
}

fn of_sample(sample: &Sample, ttl: &str) -> Vec<Check> {
    let Sample { items, without, not_numbers, milliseconds, too_old, expired } = *sample;
    if items == 0 {
        return vec![Check::new("items", Finding::Ok, "the table has no items to look at")];
    }
    let of = format!("of {items} items looked at");
    let finding = if without > 0 { Finding::Hint } else { Finding::Ok };
    vec![
        Check::new("items", finding, format!("{without} {of} have no `{ttl}`: they never expire")),
        Check::of(
            "type",
            not_numbers == 0,
            format!("{not_numbers} {of} have a `{ttl}` that is no number: they never expire"),
        ),
        Check::of(
            "epoch seconds",
            milliseconds == 0,
            format!(
                "{milliseconds} {of} have milliseconds in `{ttl}` by the look of it: they expire in thousands of years"
            ),
        ),
        Check::of(
            "age",
            too_old == 0,
            format!("{too_old} {of} expired more than five years ago: DynamoDB leaves them alone"),
        ),
        Check::new("backlog", Finding::Hint, format!("{expired} {of} have expired and wait to be deleted")),
    ]
}

/// What an emulator does differently; requests do not tell one from AWS.
fn emulator(table: &TableDescription) -> Option<Check> {
    let detail = "DynamoDB Local deletes nothing from tables with secondary indexes, as this one";
    (!table.indexes.is_empty()).then(|| Check::new("emulator", Finding::Hint, detail))
}

/// See [AWS's words](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
fn patience() -> Check {
    let detail = "DynamoDB promises no time: AWS says typically within a few days, so readers have to pass over what has \
                  expired. CloudWatch's `TimeToLiveDeletedItemCount` shows what was deleted";
    Check::new("patience", Finding::Hint, detail)
}
