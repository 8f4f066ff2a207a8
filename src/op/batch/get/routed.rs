//! The sink of a `BatchGetItem` response, which passes each item to the reads that requested it.

use std::any::Any;
use std::sync::Arc;

use crate::error::fault_error;
use crate::op::batch::get::plan::{BatchGetPlan, PlannedKey};
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::vtable::AnyModel;
use crate::splice::{ItemPlace, ItemSink, KeyOfItem, Owner, ReadSink, skip_reason};
use crate::ttl::read_expiry;
use crate::wire::{Fault, FaultKind, Mark, Reader};
use crate::{Error, ErrorKind, Result, SkipReason};

/// Passes the items of one response to the reads that requested them.
pub(super) struct BatchGetSink {
    plan: Arc<BatchGetPlan>,
    table: String,
    /// The items, with the indexes of their requests.
    pub(super) found: Vec<(usize, Box<AnyModel>)>,
    /// The requests whose item cannot be decoded as their model.
    pub(super) faulty: Vec<usize>,
    /// The requests whose item belongs to another model or is hidden.
    passed_over: Vec<(usize, SkipReason)>,
    /// The reads whose items are to be refreshed, each with the request that determines how.
    pub(super) due: Vec<(usize, usize)>,
    /// The reason for the first failed request.
    fault: Option<(usize, Fault)>,
    /// Whether the response contained an item that no read requested.
    is_stray: bool,
    items: usize,
    filled: bool,
}

impl BatchGetSink {
    pub(super) fn new(plan: Arc<BatchGetPlan>) -> Self {
        BatchGetSink {
            plan,
            table: String::new(),
            found: Vec::new(),
            faulty: Vec::new(),
            passed_over: Vec::new(),
            due: Vec::new(),
            fault: None,
            is_stray: false,
            items: 0,
            filled: false,
        }
    }

    /// Finds the read of the item at `start` by the key in it. Leaves the reader before the item.
    fn find(&self, start: &Mark, reader: &mut Reader<'_>) -> Result<Option<usize>, Fault> {
        reader.rewind(start);
        let key = match self.plan.schema(&self.table) {
            Some(schema) => KeyOfItem::read(reader, schema)?,
            None => None,
        };
        reader.rewind(start);
        Ok(key.and_then(|key| self.plan.find(&self.table, &key)))
    }

    /// Returns the number of requests whose item exists and is skipped.
    pub(super) fn hidden(&self) -> usize {
        let is_hidden = |reason| matches!(reason, SkipReason::Expired | SkipReason::Undecodable);
        self.passed_over.iter().filter(|(_, reason)| is_hidden(*reason)).count()
    }
}

impl ItemSink for BatchGetSink {
    fn clear(&mut self) {
        *self = BatchGetSink { filled: true, ..BatchGetSink::new(Arc::clone(&self.plan)) };
    }

    fn commit(&mut self) {}

    fn reset(&mut self) {
        *self = BatchGetSink::new(Arc::clone(&self.plan));
    }

    fn reserve(&mut self, items: usize) {
        self.found.reserve(items);
    }

    fn at(&mut self, place: ItemPlace<'_>) {
        if let ItemPlace::Table(table) = place {
            table.clone_into(&mut self.table);
        }
    }

    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.items += 1;
        let start = reader.mark();
        let (read, mut decoded) = match self.plan.read(&self.table, reader) {
            Some((read, value)) => (read, Some(value)),
            None => match self.find(&start, reader)? {
                Some(read) => (read, None),
                None => {
                    self.is_stray = true;
                    return reader.skip();
                }
            },
        };
        for &request in self.plan.requesters(read) {
            let planned = &self.plan.requests()[request];
            let PlannedKey { hiding, refresh, .. } = planned;
            let is_expired =
                |reader: &mut Reader<'_>| hiding.as_ref().map_or(Ok(false), |hidden| hidden.hides(&start, reader));
            let loaded = if let Some(value) = decoded.take() {
                Ok(value)
            } else {
                reader.rewind(&start);
                planned.read(reader)
            };
            match loaded {
                Ok(_) if is_expired(reader)? => self.passed_over.push((request, SkipReason::Expired)),
                Ok(loaded) => {
                    self.found.push((request, loaded));
                    if let Some(refresh) = refresh.as_ref().filter(|_| self.due.last().is_none_or(|due| due.0 != read))
                    {
                        reader.rewind(&start);
                        if refresh.is_due(read_expiry(reader, refresh.check.attribute)?) {
                            self.due.push((read, request));
                        }
                    }
                }
                Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
                Err(fault) if skip_reason(&fault).is_none() && is_expired(reader)? => {
                    self.passed_over.push((request, SkipReason::Expired));
                }
                Err(fault) => {
                    reader.rewind(&start);
                    reader.skip()?;
                    let foreign = skip_reason(&fault);
                    if foreign.is_none() && self.plan.skips_undecodable {
                        self.passed_over.push((request, SkipReason::Undecodable));
                        continue;
                    }
                    self.faulty.push(request);
                    self.passed_over.extend(foreign.map(|reason| (request, reason)));
                    if self.fault.as_ref().is_none_or(|(first, _)| request < *first) {
                        self.fault = Some((request, fault));
                    }
                }
            }
        }
        Ok(())
    }

    fn is_filled(&self) -> bool {
        self.filled
    }

    fn take_error(&mut self, _: &dyn Fn(Fault) -> Error) -> Option<Error> {
        if let Some((request, fault)) = self.fault.take() {
            let request = &self.plan.requests()[request];
            let error = fault_error(fault, request.model.schema.model);
            let key = sdk_key(request.model.schema.table, &request.key);
            return Some(request.contextualize(error.with_item_key(Some(key))));
        }
        let stray = || Error::new(ErrorKind::InvalidResponse, "DynamoDB returned an item that was not requested");
        self.is_stray.then(|| stray().with_table(&self.table))
    }

    fn count(&self) -> usize {
        self.items
    }

    fn skipped(&self, report: &mut dyn FnMut(SkipReason, Option<Owner<'_>>)) {
        for &(request, reason) in &self.passed_over {
            let request = &self.plan.requests()[request];
            report(reason, Some(Owner { model: request.model.schema.model, table: &request.table }));
        }
    }

    fn into_read(self: Box<Self>) -> Option<Box<dyn ReadSink>> {
        None
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
