//! One `BatchGetItem` request: up to 100 keys, and how its unprocessed keys are sent again.

use std::fmt;
use std::sync::Arc;

use crate::op::batch::get::plan::{BatchGetPlan, PlannedKey};
use crate::op::batch::request_loop;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::read_expressions::ReadExpressions;

/// [The limit of one request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).
const MAX_KEYS: usize = 100;

/// The reads of one request.
pub(crate) struct GetChunk {
    pub(super) plan: Arc<BatchGetPlan>,
    /// The indexes of the reads in the plan.
    pub(super) reads: Vec<usize>,
}

impl request_loop::BatchChunk for GetChunk {
    fn len(&self) -> usize {
        self.reads.len()
    }
}

impl fmt::Debug for GetChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetChunk").field("reads", &self.reads.len()).finish_non_exhaustive()
    }
}

impl GetChunk {
    pub(super) fn planned(&self) -> impl Iterator<Item = &PlannedKey> {
        self.reads.iter().map(|&read| self.plan.planned(read))
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = &str> {
        self.planned().map(|planned| &*planned.table)
    }

    /// Whether the request can contain the read. The service reads each table of a request with one consistency.
    fn takes(&self, read: usize) -> bool {
        let (planned, consistent) = (self.plan.planned(read), self.plan.reads()[read].consistent);
        let mut others = self.reads.iter().filter(|&&other| self.plan.planned(other).table == planned.table);
        others.next().is_none_or(|&other| self.plan.reads()[other].consistent == consistent)
    }

    /// Returns the keys of the request, by table.
    pub(super) fn keys(&self) -> Vec<BatchKeys<'_>> {
        let mut tables: Vec<(&str, Vec<usize>)> = Vec::new();
        for &read in &self.reads {
            let table = &*self.plan.planned(read).table;
            match tables.iter_mut().find(|(known, _)| *known == table) {
                Some((_, reads)) => reads.push(read),
                None => tables.push((table, vec![read])),
            }
        }
        tables.into_iter().map(|(table, reads)| self.keys_of(table, &reads)).collect()
    }

    /// Returns the part of the request for one table. DynamoDB projects all items of a table alike, so their values are decoded from
    /// the attributes that any of them needs.
    fn keys_of<'t>(&'t self, table: &'t str, reads: &[usize]) -> BatchKeys<'t> {
        let key = |&read: &usize| {
            let planned = self.plan.planned(read);
            (planned.model.schema.table, &planned.key)
        };
        BatchKeys {
            table,
            keys: reads.iter().map(key).collect(),
            consistent: reads.first().is_some_and(|&read| self.plan.reads()[read].consistent),
            projection: self.plan.names(reads).map(ReadExpressions::of_attributes),
        }
    }
}

/// Splits reads into requests, in their order.
pub(crate) struct GetChunks {
    plan: Arc<BatchGetPlan>,
    next: usize,
    /// Two chunks suffice: the second accepts the reads whose consistency the first does not.
    open: [Vec<usize>; 2],
}

impl GetChunks {
    pub(super) fn of(plan: Arc<BatchGetPlan>) -> Self {
        GetChunks { plan, next: 0, open: [Vec::new(), Vec::new()] }
    }

    fn close(&mut self, which: usize) -> GetChunk {
        GetChunk { plan: Arc::clone(&self.plan), reads: std::mem::take(&mut self.open[which]) }
    }
}

impl Iterator for GetChunks {
    type Item = GetChunk;

    fn next(&mut self) -> Option<GetChunk> {
        while self.next < self.plan.reads().len() {
            let read = self.next;
            self.next += 1;
            let first = GetChunk { plan: Arc::clone(&self.plan), reads: std::mem::take(&mut self.open[0]) };
            let which = usize::from(!first.takes(read));
            self.open[0] = first.reads;
            self.open[which].push(read);
            if self.open[which].len() == MAX_KEYS {
                return Some(self.close(which));
            }
        }
        let which = self.open.iter().position(|reads| !reads.is_empty())?;
        Some(self.close(which))
    }
}
