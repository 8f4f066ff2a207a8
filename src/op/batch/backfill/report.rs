//! What a backfill has done: counts, failures and samples.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Cost, Error, Item};

/// The counts of a backfill so far, including those of earlier runs with the same checkpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackfillProgress {
    /// The items that were read.
    pub read: usize,
    /// The items that were changed; in a dry run, those that would be.
    pub changed: usize,
    /// How often an item was changed anew because another writer had changed it, or because a response was lost.
    pub retried: usize,
    /// The items that another writer deleted before they were changed.
    pub deleted: usize,
    /// The items that could not be changed.
    pub failed: usize,
}

impl BackfillProgress {
    /// Adds all counts but the failed items, which the checkpoint lists.
    pub(super) fn add(&mut self, other: BackfillProgress) {
        self.read += other.read;
        self.changed += other.changed;
        self.retried += other.retried;
        self.deleted += other.deleted;
    }
}

/// The result of a [`Backfill`](crate::Backfill).
#[derive(Debug)]
#[non_exhaustive]
pub struct BackfillReport {
    /// The counts.
    pub progress: BackfillProgress,
    /// Whether all items were read. It is false after [`stop`](crate::BackfillControl::stop), and after too many failures.
    pub is_complete: bool,
    /// The items that could not be changed in this run, at most [`max_failures`](crate::Backfill::max_failures).
    pub failures: Vec<BackfillFailure>,
    /// The first differences of a [dry run](crate::Backfill::dry_run).
    pub samples: Vec<BackfillSample>,
    /// What this run has consumed, if it has a [rate](crate::Backfill::max_capacity_per_second) or a [limiter](crate::RateLimiter); otherwise nothing is measured. See
    /// also [`measure_cost`](crate::measure_cost).
    pub cost: Cost,
}

/// An item that a backfill could not change.
///
/// `Debug` shows no key.
#[non_exhaustive]
pub struct BackfillFailure {
    /// The key attributes of the item.
    pub key: Item,
    /// Why it was not changed.
    pub error: Error,
}

impl fmt::Debug for BackfillFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackfillFailure").field("error", &self.error).finish_non_exhaustive()
    }
}

/// What a backfill would change in one item.
///
/// `Debug` shows the names of the attributes, and neither keys nor values.
#[derive(Clone)]
#[non_exhaustive]
pub struct BackfillSample {
    /// The key attributes of the item.
    pub key: Item,
    /// The attributes that differ, sorted by name.
    pub differences: Vec<AttributeDifference>,
}

/// An attribute that a backfill would change.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AttributeDifference {
    /// The name of the attribute.
    pub attribute: String,
    /// The stored value; `None` if the item does not have the attribute.
    pub before: Option<AttributeValue>,
    /// The new value; `None` if the attribute is removed.
    pub after: Option<AttributeValue>,
}

impl fmt::Debug for BackfillSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackfillSample").field("differences", &self.differences).finish_non_exhaustive()
    }
}

impl fmt::Debug for AttributeDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeDifference").field("attribute", &self.attribute).finish_non_exhaustive()
    }
}
