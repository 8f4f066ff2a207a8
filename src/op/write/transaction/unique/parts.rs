//! The items of a transaction that moves unique values.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::AttributeValue;
use bytes::Bytes;

use crate::Result;
use crate::expr::{Comparator, Tree};
use crate::key::RawKey;
use crate::op::write::executor::Prepared;
use crate::op::write::guard;
use crate::op::write::transaction::unique::value::sentinel_key;
use crate::op::write::transaction::unique::{Claims, OWNER, owner_of};
use crate::op::write::transaction::{TransactItem, body};
use crate::schema::ModelSchema;

/// A sentinel that operations of a transaction release.
struct Released<'a> {
    operation: usize,
    table: &'a Cow<'static, str>,
    attribute: &'static str,
    key: RawKey,
    /// The items of these operations, of which one may own it.
    owners: Vec<String>,
}

/// Returns the items of a transaction: those of its operations, and the sentinels that they claim and release.
pub(crate) fn parts<'p>(operations: &[(Cow<'static, str>, &'p Prepared, &Claims)]) -> Result<Vec<TransactItem<'p>>> {
    let mut released: Vec<Released> = Vec::new();
    for (n, (table, prepared, claims)) in operations.iter().enumerate() {
        for value in &claims.released {
            let (key, owner) = (sentinel_key(prepared.schema, value)?, owner_of(&prepared.key));
            // Items that were stored before their values were unique may have the same value.
            match released.iter_mut().find(|released| released.table == table && released.key == key) {
                Some(released) => released.owners.push(owner),
                None => released.push(Released {
                    operation: n,
                    table,
                    attribute: value.attribute,
                    key,
                    owners: vec![owner],
                }),
            }
        }
    }
    let mut parts = Vec::with_capacity(operations.len());
    let mut bytes = body::buffer(operations.iter().map(|(_, prepared, _)| *prepared));
    for (n, (table, prepared, claims)) in operations.iter().enumerate() {
        parts.push(TransactItem::guarded(n, table.clone(), prepared, claims, &mut bytes)?);
        for value in &claims.claimed {
            let (schema, owner) = (prepared.schema, owner_of(&prepared.key));
            let key = sentinel_key(schema, value)?;
            let mut free = unless_of_others(schema, [&owner]);
            // A transaction may not write an item twice, so a value that changes owners is written once.
            let from = released.iter().position(|released| released.table == table && released.key == key);
            free.extend(from.into_iter().flat_map(|at| released.swap_remove(at).owners).map(|owner| owned_by(&owner)));
            free.extend(schema.expiry().map(|ttl| guard::expired(ttl, claims.now)));
            let item = claims.sentinel(schema, &key, &owner);
            let (key, free) = ((key, value.attribute), Tree::Or(free));
            parts.push(TransactItem::own(n, table.clone(), schema, key, Some(&item), &free, &mut bytes)?);
        }
    }
    for Released { operation, table, attribute, key, owners } in released {
        let schema = operations[operation].1.schema;
        let free = Tree::Or(unless_of_others(schema, &owners));
        parts.push(TransactItem::own(operation, table.clone(), schema, (key, attribute), None, &free, &mut bytes)?);
    }
    let bytes = Bytes::from(bytes);
    for part in &mut parts {
        part.set_bytes(&bytes);
    }
    parts.sort_by_key(|part| part.operation);
    Ok(parts)
}

/// Holds if the sentinel has no owner or one of these.
fn unless_of_others<'o>(schema: &ModelSchema, owners: impl IntoIterator<Item = &'o String>) -> Vec<Tree> {
    let none = Tree::not_exists(schema.table.hash_key.attribute.name);
    std::iter::once(none).chain(owners.into_iter().map(|owner| owned_by(owner))).collect()
}

fn owned_by(owner: &str) -> Tree {
    Tree::compare(OWNER, Comparator::Eq, AttributeValue::S(owner.to_owned()))
}
