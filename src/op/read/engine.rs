//! The executor of queries and scans, compiled once for all models.
//!
//! A typed builder describes the read as a [`ReadRequest`] of a [`ReadTarget`] and passes a sink for the items. Nothing in between depends
//! on a model's type.

pub(crate) mod cursors;
pub(crate) mod expired;
pub(crate) mod item_limit;
pub(crate) mod key;
pub(crate) mod key_condition;
pub(crate) mod key_range;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod page;
pub(crate) mod pager;
pub(crate) mod plan;
pub(crate) mod prepare;
pub(crate) mod progress;
pub(crate) mod segments;

use std::borrow::Cow;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;

pub(crate) use expired::LookUpFn;
pub(crate) use key::read_key;
pub(crate) use key_range::{KeyRange, KeyRanges};
pub(crate) use options::{read_items, read_options};
pub(crate) use outcome::{all, count, explain, explain_count, one};
pub(crate) use page::{Refilled, page_future};
pub(crate) use pager::fetch;
pub(crate) use progress::Progress;
pub(crate) use segments::Parallel;

use crate::collection::{CollectionSchema, Unknown};
use crate::expr::Tree;
use crate::key::{KeySource, KeyValue, RangeBound};
use crate::op::engine::context::CallOptions;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::guard::is_entity;
use crate::op::write::own_items;
use crate::op::write::refresh::{Refresh, SendRefresh, sender_of};
use crate::op::write::transaction::unique::is_no_sentinel;
use crate::schema::{EntitySchema, IndexSchema, TableSchema};
use crate::wire::Fault;
use crate::{Client, Error, ErrorKind, Model, ModelConfig, Operation, Result};

/// A query or scan, without the type of its items.
pub(crate) struct ReadRequest {
    pub(crate) target: ReadTarget,
    pub(crate) operation: Operation,
    pub(crate) call: CallOptions,
    /// The index to read; `None` for the table itself.
    pub(crate) index: Option<IndexSchema>,
    /// How each attribute of the range key is made from the model.
    pub(crate) range: &'static [KeySource],
    /// The partition of a query; `None` for a scan.
    pub(crate) partition: Option<Result<Partition>>,
    pub(crate) filter: Option<Tree>,
    /// The attributes to return; `None` for all of them.
    pub(crate) names: Option<Cow<'static, [&'static str]>>,
    pub(crate) consistent: Option<bool>,
    pub(crate) descending: bool,
    /// The token of the page to read, or of the position to continue from.
    pub(crate) cursor: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) page_size: Option<u32>,
    pub(crate) customize: CustomizeRead,
    pub(crate) parallel: Parallel,
    /// Whether the keys found are then used to read the items from the table.
    pub(crate) hydrates: bool,
    /// Reads the expiry from the table if the index does not hold it.
    pub(crate) look_up: Option<LookUpFn>,
}

/// The part of a partition that a query reads.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// One value for each attribute of the hash key; an index can have several.
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
    pub(crate) fn scan(target: ReadTarget, index: Option<IndexSchema>) -> Self {
        ReadRequest {
            target,
            operation: Operation::Scan,
            call: CallOptions::default(),
            index,
            range: &[],
            partition: None,
            filter: None,
            names: target.names(),
            consistent: None,
            descending: false,
            cursor: None,
            limit: None,
            page_size: None,
            customize: CustomizeRead::Nothing,
            parallel: Parallel::default(),
            hydrates: false,
            look_up: None,
        }
    }

    /// A query of the partition `hash`, whose range keys are made from `range`.
    pub(crate) fn query(
        target: ReadTarget,
        index: Option<IndexSchema>,
        hash: Result<Vec<KeyValue>>,
        range: &'static [KeySource],
    ) -> Self {
        let partition = hash.map(|hash| Partition { hash, spans: KeyRanges::of(range) });
        let scan = ReadRequest::scan(target, index);
        ReadRequest { operation: Operation::Query, range, partition: Some(partition), ..scan }
    }

    /// Narrows the query to the range that `make` returns for the bound.
    pub(crate) fn within(&mut self, edge: RangeBound, make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>) {
        let Some(Ok(partition)) = &mut self.partition else { return };
        if let Err(error) = partition.spans.within(edge, self.range, make, self.target.name()) {
            self.partition = Some(Err(error));
        }
    }

    /// Adds a filter, combined with the earlier ones by *and*.
    pub(crate) fn filter(&mut self, filter: Tree) {
        self.filter = Some(match self.filter.take() {
            Some(earlier) => earlier.and(filter),
            None => filter,
        });
    }

    /// The refresh of the items that are read under the keys that the read returns.
    fn refresh_of_items(&self, call: &crate::op::engine::context::Context) -> Option<std::sync::Arc<Refresh>> {
        let ReadTarget::Model(model, send_refresh) = self.target else { return None };
        Refresh::of(call, model, send_refresh)
    }

    /// The refresh of the items that are returned. Only queries that return whole items of one model refresh them. A
    /// query that is ordered by the TTL attribute does not: a refresh would move its items while they are being read.
    fn refresh(&self, call: &crate::op::engine::context::Context) -> Option<std::sync::Arc<Refresh>> {
        let ReadTarget::Model(model, send_refresh) = self.target else { return None };
        if self.operation != Operation::Query || self.names.is_some() {
            return None;
        }
        let refresh = Refresh::of(call, model, send_refresh)?;
        (!self.is_queried_by(refresh.check.attribute)).then_some(refresh)
    }

    fn is_scan(&self) -> bool {
        self.partition.is_none()
    }

    /// Whether the read is strongly consistent. The model's default does not apply to global indexes, which DynamoDB
    /// cannot read consistently.
    fn is_consistent(&self, of_model: bool) -> bool {
        let is_global = self.index.is_some_and(|index| !index.local);
        self.consistent.unwrap_or(of_model && !is_global)
    }
}

/// The items of one model, or of the models of a collection.
#[derive(Clone, Copy)]
pub(crate) enum ReadTarget {
    Model(&'static ModelVTable, Option<SendRefresh>),
    Collection(&'static CollectionSchema),
}

impl ReadTarget {
    pub(crate) fn of<M: Model>() -> Self {
        ReadTarget::Model(ModelVTable::of::<M>(), const { sender_of::<M>() })
    }

    /// The model whose table and config apply: for a collection, its first model.
    pub(crate) fn model(&self) -> &'static ModelVTable {
        match self {
            ReadTarget::Model(model, _) => model,
            ReadTarget::Collection(collection) => collection.first(),
        }
    }

    /// The name of the Rust type, for errors and the observer.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            ReadTarget::Model(model, _) => model.schema.model,
            ReadTarget::Collection(collection) => collection.name,
        }
    }

    /// The attributes that a read requests unless the call selects some.
    fn names(&self) -> Option<Cow<'static, [&'static str]>> {
        match self {
            ReadTarget::Model(..) => None,
            ReadTarget::Collection(collection) => collection.names().map(Cow::Owned),
        }
    }

    pub(crate) fn table(&self) -> &'static TableSchema {
        self.model().schema.table
    }

    /// The entity to read; `None` for a collection, which has several.
    pub(crate) fn entity(&self) -> Option<EntitySchema> {
        match self {
            ReadTarget::Model(model, _) => model.schema.entity,
            ReadTarget::Collection(_) => None,
        }
    }

    /// The attributes whose values must not appear in output.
    pub(crate) fn sensitive(&self) -> &'static [&'static str] {
        match self {
            ReadTarget::Model(model, _) => model.schema.sensitive,
            ReadTarget::Collection(collection) => collection.sensitive,
        }
    }

    pub(crate) fn config(&self) -> ModelConfig {
        self.model().config()
    }

    /// Checks that all models of a collection are in `table`. Configs and the client's names are values at run time, so
    /// the macro cannot check it.
    pub(crate) fn check_table(&self, client: &Client, table: &str) -> Result<()> {
        let ReadTarget::Collection(collection) = self else { return Ok(()) };
        for model in collection.models {
            let name = model.schema.model;
            let own = model.config().table_for(None, client).map_err(|error| error.with_model(name))?;
            if own != table {
                let message = "the model's config names another table than that of the collection's first model";
                return Err(Error::new(ErrorKind::Configuration, message).with_model(name).with_table(&own));
            }
        }
        Ok(())
    }

    pub(crate) fn has_hooks(&self) -> bool {
        match self {
            ReadTarget::Model(model, _) => model.has_hooks(),
            ReadTarget::Collection(collection) => collection.models.iter().any(|model| model.has_hooks()),
        }
    }

    /// The attribute that names the entity of an item.
    pub(crate) fn entity_attribute(&self) -> Option<&'static str> {
        self.model().schema.entity.map(|entity| entity.attribute.name)
    }

    /// The filter that selects the items to read, for counts and scans, on those attributes that it may name. A collection that
    /// keeps items of other models reads them too. One that refuses them counts only those of its models.
    pub(crate) fn is_own(&self, is_count: bool, may_name: &dyn Fn(&str) -> bool) -> Option<Tree> {
        let of_model = |model: &&ModelVTable| match model.schema.entity {
            Some(entity) => may_name(entity.attribute.name).then(|| is_entity(entity)),
            None => model.schema.is_own_key(may_name),
        };
        match self {
            ReadTarget::Model(model, _) => of_model(model),
            ReadTarget::Collection(CollectionSchema { unknown: Unknown::Kept, .. }) => None,
            ReadTarget::Collection(CollectionSchema { unknown: Unknown::Refused, .. }) if !is_count => None,
            ReadTarget::Collection(collection) => {
                let own = collection.models.iter().map(of_model);
                own.collect::<Option<Vec<_>>>()?.into_iter().reduce(Tree::or)
            }
        }
    }

    /// Whether a filter on one model must name the keys, by which the items of the model are recognized.
    pub(crate) fn filters_by_keys(&self) -> bool {
        matches!(self, ReadTarget::Collection(collection) if collection.minds_others() && collection.is_recognized_by_keys())
    }

    /// The collection whose items a query counts by reading them: their models are recognized by keys that a filter cannot name.
    pub(crate) fn counted_by_keys(&self) -> Option<&'static CollectionSchema> {
        match self {
            ReadTarget::Collection(collection) if collection.is_recognized_by_keys() => {
                Some(*collection).filter(|collection| collection.unknown != Unknown::Kept)
            }
            _ => None,
        }
    }

    /// The filter that excludes the items that singlet itself stores from scans, if the filter on the entity does not.
    pub(crate) fn is_no_own_item(&self) -> Option<Tree> {
        match self {
            ReadTarget::Model(model, _) => is_no_sentinel(model.schema),
            ReadTarget::Collection(collection) => match self.entity_attribute() {
                Some(entity) if !matches!(collection.unknown, Unknown::Skipped) => Some(own_items::is_none(entity)),
                _ => collection.models.iter().filter_map(|model| is_no_sentinel(model.schema)).reduce(Tree::and),
            },
        }
    }
}
