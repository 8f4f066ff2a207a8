//! Finds the differences between a live table and its definition.

use aws_sdk_dynamodb::types::{IndexStatus, TableStatus, TimeToLiveStatus};

use crate::op::table::definition::{IndexDefinition, TableDefinition};
use crate::op::table::describe::{IndexDescription, KeyDescription, ProjectionDescription, TableDescription};
use crate::op::table::verify::difference::{Difference, Pending};

pub(super) fn compare(live: &TableDescription, definition: &TableDefinition) -> (Vec<Difference>, Vec<Pending>) {
    let mut differences = Vec::new();
    let mut pending = Vec::new();
    if live.status != TableStatus::Active {
        pending.push(Pending::InactiveTable { status: live.status.as_str().to_owned() });
    }
    let expected = (&*definition.hash_key, &*definition.range_key);
    compare_keys(None, (&live.hash_key, &live.range_key), expected, &mut differences);
    for index in &definition.indexes {
        match live.index(&index.name) {
            Some(found) => compare_index(found, index, definition, &mut differences, &mut pending),
            None => differences.push(Difference::MissingIndex { index: index.name.clone() }),
        }
    }
    // The definition of a model says nothing about indexes of other models.
    if definition.is_whole {
        let is_extra = |found: &&IndexDescription| definition.indexes.iter().all(|index| index.name != found.name);
        let extra = live.indexes.iter().filter(is_extra);
        differences.extend(extra.map(|index| Difference::ExtraIndex { index: index.name.clone() }));
    }
    compare_ttl(live, definition, &mut differences, &mut pending);
    (differences, pending)
}

fn compare_index(
    found: &IndexDescription,
    expected: &IndexDefinition,
    table: &TableDefinition,
    differences: &mut Vec<Difference>,
    pending: &mut Vec<Pending>,
) {
    let index = || found.name.clone();
    if let Some(status) = found.status.as_ref().filter(|status| **status != IndexStatus::Active) {
        pending.push(Pending::InactiveIndex { index: index(), status: status.as_str().to_owned() });
    }
    if found.local != expected.is_local {
        differences.push(Difference::IndexScope { index: index(), is_local: found.local });
    }
    let keys = (table.hash_key_of(expected), &*expected.range_key);
    compare_keys(Some(&found.name), (&found.hash_key, &found.range_key), keys, differences);
    let projection = sorted(&expected.projection);
    if found.projection != projection {
        let found = found.projection.clone();
        differences.push(Difference::Projection { index: index(), found, expected: projection });
    }
}

fn compare_keys(
    index: Option<&str>,
    (hash_key, range_key): (&[KeyDescription], &[KeyDescription]),
    expected: (&[KeyDescription], &[KeyDescription]),
    differences: &mut Vec<Difference>,
) {
    let index = || index.map(str::to_owned);
    if hash_key != expected.0 {
        differences.push(Difference::HashKey {
            index: index(),
            found: hash_key.to_vec(),
            expected: expected.0.to_vec(),
        });
    }
    if range_key != expected.1 {
        differences.push(Difference::RangeKey {
            index: index(),
            found: range_key.to_vec(),
            expected: expected.1.to_vec(),
        });
    }
}

fn compare_ttl(
    live: &TableDescription,
    definition: &TableDefinition,
    differences: &mut Vec<Difference>,
    pending: &mut Vec<Pending>,
) {
    // `Disabling` counts as disabled, because it ends there.
    let is_on = matches!(live.ttl.status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
    let found = live.ttl.attribute.as_deref().filter(|_| is_on);
    match (found, definition.ttl.as_deref()) {
        (Some(found), Some(expected)) if found != expected => {
            differences.push(Difference::TtlAttribute { found: found.to_owned(), expected: expected.to_owned() });
        }
        (Some(found), Some(_)) if live.ttl.status == TimeToLiveStatus::Enabling => {
            pending.push(Pending::TtlEnabling { attribute: found.to_owned() });
        }
        (None, Some(expected)) => {
            let status = live.ttl.status.clone();
            differences.push(Difference::TtlDisabled { expected: expected.to_owned(), status });
        }
        (Some(found), None) if definition.is_whole => {
            differences.push(Difference::ExtraTtl { found: found.to_owned() });
        }
        _ => {}
    }
}

/// Sorts the names of the projection, because DynamoDB does not preserve their order.
fn sorted(projection: &ProjectionDescription) -> ProjectionDescription {
    let mut projection = projection.clone();
    if let ProjectionDescription::Include(names) = &mut projection {
        names.sort();
    }
    projection
}
