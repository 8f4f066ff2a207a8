//! Builds the SDK's requests of a query or scan: expressions, projection and paging.
//!
//! It never sends them.

use std::sync::Arc;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::Select;

use crate::collection::{CollectionSchema, model_of};
use crate::expr::{Placeholders, Tree};
use crate::op::engine::context::Context;
use crate::op::engine::outgoing::{CustomizeEach, Outgoing};
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::read::engine::expired::ExpiredFilter;
use crate::op::read::engine::{CustomizeRead, ReadRequest, ReadTarget, key_condition};
use crate::schema::{IndexProjection, IndexSchema, KeySchema};
use crate::splice::{Choice, ReadItem, choice_of};
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, Item, Operation, Result};

/// Returns a builder with the members that have a value, or `None` if none has. Each setter of the SDK moves the builder of half
/// a kilobyte, so the setters of members without a value are not called.
macro_rules! with_members {
    ($builder:expr, { $($set:ident: $value:expr,)* }) => {{
        let mut builder = None;
        $(
            let value = $value;
            if value.is_some() {
                builder = Some(builder.unwrap_or_else(|| $builder).$set(value));
            }
        )*
        builder
    }};
}

/// What all requests of one read have in common.
pub(crate) struct ReadPlan {
    /// A scan has no key condition.
    pub(crate) expressions: ReadExpressions,
    index: Option<&'static str>,
    pub(crate) consistent: bool,
    forward: bool,
    select: Option<Select>,
    /// Whether DynamoDB reports the consumed capacity even if no observer needs it.
    needs_units: bool,
    customize: CustomizeRead,
    /// The collection whose items are counted by reading their keys.
    counted_by_keys: Option<&'static CollectionSchema>,
    pub(crate) hiding: ExpiredFilter,
}

/// Where one request starts, and how many items it evaluates.
#[derive(Debug, Default)]
pub(crate) struct PageParams {
    pub(crate) start: Option<Item>,
    pub(crate) limit: Option<i32>,
    /// Whether the page is read against the order of the query.
    pub(crate) backward: bool,
    /// The `Segment` of a parallel scan, and `TotalSegments`.
    pub(crate) segment: Option<(i32, i32)>,
}

impl ReadPlan {
    pub(crate) fn new(reading: &mut ReadRequest, call: &Context, consistent: bool) -> Result<Self> {
        let mut expressions = ReadExpressions::default();
        let placeholders = &mut expressions.placeholders;
        let is_count = reading.operation == Operation::Count;
        if let Some(Ok(partition)) = &reading.partition {
            expressions.key_condition = Some(key_condition::key_condition(reading, partition, placeholders));
        }
        let hiding = ExpiredFilter::of(reading, call)?;
        let filter = match (filter(reading, is_count)?, hiding.filter()) {
            (Some(filter), live) => Some(filter.and_maybe(live)),
            (None, live) => live,
        };
        expressions.filter = filter.map(|tree| placeholders.condition(&tree)).transpose()?;
        let counted_by_keys = reading.target.counted_by_keys().filter(|_| is_count && !reading.is_scan());
        let is_service_count = is_count && !hiding.counts_by_reading() && counted_by_keys.is_none();
        // A count that must read the items needs only their keys, entity and expiry.
        if is_count {
            reading.names = Some((&[]).into());
        }
        if !is_service_count {
            expressions.projection = projection(reading, &hiding, placeholders)?;
        }
        // The units of a request tell how many items the next one can evaluate.
        let learns_units = expressions.filter.is_some() && reading.limit.is_some() && reading.page_size.is_none();
        Ok(ReadPlan {
            expressions,
            index: reading.index.map(|index| index.name),
            consistent,
            forward: !reading.descending,
            select: is_service_count.then_some(Select::Count),
            needs_units: learns_units,
            customize: std::mem::take(&mut reading.customize),
            counted_by_keys,
            hiding,
        })
    }

    pub(crate) fn is_scan(&self) -> bool {
        self.expressions.key_condition.is_none()
    }

    /// How the items of a count are read, if DynamoDB cannot count them.
    pub(crate) fn counting(&self) -> Option<ReadItem<()>> {
        match self.counted_by_keys {
            // It skips items that belong to none of the models.
            Some(collection) => {
                let read = |collection: &Choice, reader: &mut Reader<'_>| {
                    model_of(reader, choice_of::<&CollectionSchema>(collection))?;
                    reader.skip()
                };
                Some(ReadItem::Chosen(read, Arc::new(collection)))
            }
            None => self.hiding.counts_by_reading().then_some(ReadItem::Fixed(skip)),
        }
    }

    pub(crate) fn query(&self, call: &Context, page: PageParams) -> Outgoing<'_, QueryFluentBuilder> {
        // `true` is the default and is not sent. A page that is read backward reverses the order of the query.
        let scan_index_forward = (self.forward == page.backward).then_some(false);
        let builder = with_members!(call.client.sdk().query(), {
            set_index_name: self.index.map(str::to_owned),
            set_consistent_read: self.consistent.then_some(true),
            set_scan_index_forward: scan_index_forward,
            set_select: self.select.clone(),
            set_limit: page.limit,
            set_exclusive_start_key: page.start,
        });
        let customize: Option<CustomizeEach<'_, _>> = match &self.customize {
            CustomizeRead::Query(customize) => Some(&**customize),
            _ => None,
        };
        Outgoing::with_members(builder)
            .expressions(&self.expressions)
            .needs_units(self.needs_units)
            .customize_each(customize)
    }

    pub(crate) fn scan(&self, call: &Context, page: PageParams) -> Outgoing<'_, ScanFluentBuilder> {
        let builder = with_members!(call.client.sdk().scan(), {
            set_index_name: self.index.map(str::to_owned),
            set_consistent_read: self.consistent.then_some(true),
            set_select: self.select.clone(),
            set_segment: page.segment.map(|(segment, _)| segment),
            set_total_segments: page.segment.map(|(_, total)| total),
            set_limit: page.limit,
            set_exclusive_start_key: page.start,
        });
        let customize: Option<CustomizeEach<'_, _>> = match &self.customize {
            CustomizeRead::Scan(customize) => Some(&**customize),
            _ => None,
        };
        Outgoing::with_members(builder)
            .expressions(&self.expressions)
            .needs_units(self.needs_units)
            .customize_each(customize)
    }
}

/// Skips the item: a count needs none of its attributes.
pub(crate) fn skip(reader: &mut Reader<'_>) -> Result<(), Fault> {
    reader.skip()
}

/// The filter expression: the user's, and a condition on the entity for counts and scans.
///
/// The items of a query need no such condition. The range already excludes most other entities, and the sink skips the
/// rest, so that the observer is called for them.
fn filter(reading: &mut ReadRequest, is_count: bool) -> Result<Option<Tree>> {
    if let Some(filter) = &reading.filter {
        check_filter(reading, filter)?;
    }
    let filter = reading.filter.take();
    if !is_count && !reading.is_scan() {
        return Ok(filter);
    }
    let is_there = |name: &str| reading.index.is_none_or(|index| holds(reading, &index, name));
    let is_own = reading.target.is_own(is_count, &|name| is_there(name) && !reading.is_queried_by(name));
    let filter = match is_own {
        Some(is_own) => Some(is_own.and_maybe(filter)),
        None => filter,
    };
    // A query cannot return such an item, because its hash key is not one that the model writes.
    let is_item = reading.target.is_no_own_item().filter(|_| reading.is_scan());
    Ok(match is_item {
        Some(is_item) => Some(is_item.and_maybe(filter)),
        None => filter,
    })
}

/// Refuses a filter on an attribute that the index does not hold, or, in a query, on a key.
fn check_filter(reading: &ReadRequest, filter: &Tree) -> Result<()> {
    if reading.index.is_none() && reading.is_scan() {
        return Ok(());
    }
    let mut used = Placeholders::default();
    used.condition(filter)?;
    if let Some(index) = &reading.index
        && let Some((_, name)) = used.names.iter().find(|(_, name)| !holds(reading, index, name))
    {
        return Err(not_held(index, "the filter uses an attribute", name));
    }
    match used.attributes.into_iter().find(|name| reading.is_queried_by(name)) {
        Some(name) if reading.target.filters_by_keys() => Err(recognized_by_key(name)),
        Some(name) => Err(key_in_filter(name)),
        None => Ok(()),
    }
}

/// The attributes to return: those selected, and those that cursors and the checks of entity and expiry need.
fn projection(
    reading: &ReadRequest,
    hiding: &ExpiredFilter,
    placeholders: &mut Placeholders,
) -> Result<Option<String>> {
    let Some(wanted) = &reading.names else { return Ok(None) };
    let entity = reading.target.entity_attribute();
    let silent = reading.key_attributes().chain(entity).chain(hiding.attributes().iter().copied());
    let wanted_names = match reading.target {
        ReadTarget::Model(model, _) => model.schema.requested(wanted),
        // They have been collected from the members.
        ReadTarget::Collection(_) => wanted.to_vec(),
    };
    let mut names: Vec<&'static str> = wanted_names.into_iter().chain(silent).collect();
    if let Some(index) = &reading.index {
        // The format of a key identifies its model, so reads of keys can do without the entity attribute.
        let may_lack = wanted.is_empty() || reading.target.entity().is_some_and(|entity| entity.optional);
        let is_optional = |name: &str| may_lack && Some(name) == entity;
        names.retain(|name| holds(reading, index, name) || !is_optional(name));
        if let Some(name) = names.iter().find(|name| !holds(reading, index, name)) {
            let mut former = wanted.iter().flat_map(|wanted| reading.target.model().schema.former_of(wanted));
            let what = if former.any(|former| former == name) {
                "the projection selects an attribute under a former name"
            } else {
                "the projection selects an attribute"
            };
            return Err(not_held(index, what, name));
        }
    }
    Ok(Some(placeholders.projection(names)))
}

/// DynamoDB would refuse the query too, but only after it was sent.
#[cold]
fn key_in_filter(attribute: &'static str) -> Error {
    let message = "the filter of a query cannot use a key attribute of the table or index that is queried; select the \
                   keys with `eq`, `begins_with`, `between`, `ge` or `lt`, or scan";
    Error::new(ErrorKind::Validation, message).with_attribute(attribute)
}

#[cold]
fn recognized_by_key(attribute: &'static str) -> Error {
    let message = "the filter of a query cannot use a key attribute, and in a table without an entity attribute, the collection \
                   recognizes models by their keys; query the model alone, scan, or add an entity attribute to the table";
    Error::new(ErrorKind::Validation, message).with_attribute(attribute)
}

#[cold]
fn not_held(index: &IndexSchema, what: &str, attribute: &str) -> Error {
    let message =
        format!("{what} that index `{}` does not hold; include it in the index, or use `.hydrate()`", index.name);
    Error::new(ErrorKind::Validation, message).with_attribute(attribute)
}

/// Whether the index holds the attribute.
pub(crate) fn holds(reading: &ReadRequest, index: &IndexSchema, attribute: &str) -> bool {
    let included = match index.projection {
        IndexProjection::All => true,
        IndexProjection::KeysOnly => false,
        IndexProjection::Include(attributes) => attributes.contains(&attribute),
    };
    included || reading.key_attributes().any(|key| key == attribute)
}

impl ReadRequest {
    /// The attributes of the hash key of the queried table or index.
    pub(crate) fn hash_keys(&self) -> impl Iterator<Item = &KeySchema> {
        let of_table = self.index.is_none().then(|| &self.target.table().hash_key);
        of_table.into_iter().chain(self.index.iter().flat_map(IndexSchema::hash_keys))
    }

    /// The attributes of the range key of the queried table or index.
    pub(crate) fn range_keys(&self) -> impl Iterator<Item = &KeySchema> {
        let of_table = self.index.is_none().then(|| self.target.table().range_key.as_ref()).flatten();
        of_table.into_iter().chain(self.index.iter().flat_map(IndexSchema::range_keys))
    }

    /// Whether this is a query, and the attribute is a key of the queried table or index. DynamoDB rejects a filter that
    /// names such a key.
    pub(crate) fn is_queried_by(&self, attribute: &str) -> bool {
        !self.is_scan() && self.hash_keys().chain(self.range_keys()).any(|key| key.attribute.name == attribute)
    }

    /// The key attributes of the table and the index, each once.
    pub(crate) fn keys(&self) -> impl Iterator<Item = KeySchema> {
        let of_table = [Some(self.target.table().hash_key), self.target.table().range_key];
        let is_new =
            move |key: &KeySchema| of_table.iter().flatten().all(|known| known.attribute.name != key.attribute.name);
        let of_index = self.index.into_iter().flat_map(|index| {
            let further = index.more_hash_keys.iter().chain(index.more_range_keys).copied();
            [Some(index.hash_key), index.range_key].into_iter().flatten().chain(further)
        });
        of_table.into_iter().flatten().chain(of_index.filter(is_new))
    }

    /// The names of the [`keys`](Self::keys).
    pub(crate) fn key_attributes(&self) -> impl Iterator<Item = &'static str> {
        self.keys().map(|key| key.attribute.name)
    }
}
