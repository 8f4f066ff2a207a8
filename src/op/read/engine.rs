//! Reading many items: the one executor of queries and scans, compiled once.
//!
//! A typed shell describes what it wants as a [`ReadRequest`] and gives a sink; everything between
//! the two knows no model.

pub(crate) mod cursors;
pub(crate) mod expired;
pub(crate) mod fetch;
pub(crate) mod item_limit;
pub(crate) mod key;
pub(crate) mod key_range;
pub(crate) mod key_ranges;
pub(crate) mod look_up;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod page;
pub(crate) mod pager;
pub(crate) mod plan;
pub(crate) mod prepare;
pub(crate) mod segments;
pub(crate) mod target;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;

pub(crate) use fetch::fetch;
pub(crate) use key::read_key;
pub(crate) use key_range::KeyRange;
pub(crate) use key_ranges::KeyRanges;
pub(crate) use look_up::LookUpFn;
pub(crate) use options::{read_items, read_options};
pub(crate) use outcome::{all, count, explain, one};
pub(crate) use page::{Refilled, page_future};
pub(crate) use segments::Parallel;
pub(crate) use target::ReadTarget;

use crate::expr::Tree;
use crate::key::{KeySource, KeyValue, RangeBound};
use crate::op::engine::context::CallOptions;
use crate::op::write::refresh::Refresh;
use crate::schema::IndexSchema;
use crate::wire::Fault;
use crate::{Operation, Result};

/// What is to be read, without its type.
pub(crate) struct ReadRequest {
    pub(crate) subject: ReadTarget,
    pub(crate) operation: Operation,
    pub(crate) call: CallOptions,
    /// The index; `None` is the table itself.
    pub(crate) index: Option<IndexSchema>,
    /// Where the range key of what is read comes from: each attribute of it.
    pub(crate) range: &'static [KeySource],
    /// The partition of a query; a scan has none.
    pub(crate) partition: Option<Result<Partition>>,
    pub(crate) filter: Option<Tree>,
    /// The attributes that are wanted; `None` is all.
    pub(crate) names: Option<&'static [&'static str]>,
    pub(crate) consistent: Option<bool>,
    pub(crate) descending: bool,
    /// The token of the page to read, or to read on from.
    pub(crate) cursor: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) page_size: Option<u32>,
    pub(crate) customize: CustomizeRead,
    pub(crate) parallel: Parallel,
    /// Whether the service is asked what the requests consume.
    pub(crate) detailed: bool,
    /// Whether the items are read from the table afterwards.
    pub(crate) hydrates: bool,
    /// Asks the table for what the index does not hold.
    pub(crate) look_up: Option<LookUpFn>,
}

/// The part of a partition that a query reads.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// A value per attribute of the hash key: several in some indexes.
    pub(crate) hash: Vec<KeyValue>,
    pub(crate) spans: KeyRanges,
}

/// A user's change to the SDK's builder of each request.
#[derive(Default)]
pub(crate) enum CustomizeRead {
    #[default]
    Nothing,
    Query(Box<dyn Fn(QueryFluentBuilder) -> QueryFluentBuilder + Send + Sync>),
    Scan(Box<dyn Fn(ScanFluentBuilder) -> ScanFluentBuilder + Send + Sync>),
}

impl ReadRequest {
    pub(crate) fn scan(subject: ReadTarget, index: Option<IndexSchema>) -> Self {
        ReadRequest {
            subject,
            operation: Operation::Scan,
            call: CallOptions::default(),
            index,
            range: &[],
            partition: None,
            filter: None,
            names: None,
            consistent: None,
            descending: false,
            cursor: None,
            limit: None,
            page_size: None,
            customize: CustomizeRead::Nothing,
            parallel: Parallel::default(),
            detailed: false,
            hydrates: false,
            look_up: None,
        }
    }

    /// The items of the partition `hash` whose range keys come from `range`.
    pub(crate) fn query(
        subject: ReadTarget,
        index: Option<IndexSchema>,
        hash: Result<Vec<KeyValue>>,
        range: &'static [KeySource],
    ) -> Self {
        let partition = hash.map(|hash| Partition { hash, spans: KeyRanges::of(range) });
        let scan = ReadRequest::scan(subject, index);
        ReadRequest { operation: Operation::Query, range, partition: Some(partition), ..scan }
    }

    /// Reads only what also lies in the span that `make` gives for the edge.
    pub(crate) fn within(&mut self, edge: RangeBound, make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>) {
        let Some(Ok(partition)) = &mut self.partition else { return };
        if let Err(error) = partition.spans.within(edge, self.range, make, self.subject.name()) {
            self.partition = Some(Err(error));
        }
    }

    /// Returns only what also fulfils `filter`.
    pub(crate) fn filter(&mut self, filter: Tree) {
        self.filter = Some(match self.filter.take() {
            Some(earlier) => earlier.and(filter),
            None => filter,
        });
    }

    /// The life that the items get by being read: whole items of queries of one model. What is ordered by expiry is
    /// read to see that, and would move under the reader.
    fn refresh(&self, call: &crate::op::engine::context::Context) -> Option<std::sync::Arc<Refresh>> {
        let ReadTarget::Model(model) = self.subject else { return None };
        if self.operation != Operation::Query || self.names.is_some() {
            return None;
        }
        let refresh = Refresh::of(call, model, self.detailed)?;
        (!expired::is_queried_by(self, refresh.life.attribute)).then_some(refresh)
    }

    /// Whether the service leaves out some of what it looks at.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filter.is_some() || self.is_scan()
    }

    fn is_scan(&self) -> bool {
        self.partition.is_none()
    }

    /// Whether the read is consistent: the model's own setting does not reach global indexes.
    fn is_consistent(&self, of_model: bool) -> bool {
        let is_global = self.index.is_some_and(|index| !index.local);
        self.consistent.unwrap_or(of_model && !is_global)
    }
}
