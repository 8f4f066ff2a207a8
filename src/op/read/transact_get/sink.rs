//! The sink of a transaction of reads: passes each entry of the response to its read.

use std::any::Any;

use super::{PlannedGet, at};
use crate::error::fault_error;
use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::op::read::key_requests::ReadAny;
use crate::splice::{ItemPlace, ItemSink, Owner, ReadSink, RequestedKey, of_another_key, skip_reason};
use crate::ttl::HiddenItems;
use crate::wire::{Fault, FaultKind, Reader};
use crate::{Error, ErrorKind, Result, SkipReason};

pub(super) type Values = Vec<Option<Box<AnyModel>>>;

/// What one entry of the response is decoded as.
pub(super) struct TransactGetEntry {
    model: &'static ModelVTable,
    read: ReadAny,
    table: String,
    key: RawKey,
    /// Which items the model hides.
    hidden: Option<HiddenItems>,
    skips_undecodable: bool,
}

impl TransactGetEntry {
    pub(super) fn new(call: &Context, planned: &PlannedGet) -> Result<Self> {
        let check = call.hiding_of(planned.model.schema, &planned.config);
        let check = check.map_err(|error| error.with_table(&planned.table))?;
        let hidden = check.map(|check| HiddenItems::Expired(check).on_arrival(call.client.time()));
        let (model, read, table, key) =
            (planned.model, planned.read.clone(), planned.table.clone(), planned.key.clone());
        Ok(TransactGetEntry { model, read, table, key, hidden, skips_undecodable: call.skips_undecodable })
    }
}

/// Collects the items of the response, each for the read at the same index.
pub(super) struct TransactGetSink {
    entries: Vec<TransactGetEntry>,
    entry: usize,
    /// How many entries the response has.
    answered: usize,
    pub(super) found: Values,
    /// The entries whose items were skipped.
    passed_over: Vec<(usize, SkipReason)>,
    fault: Option<(usize, Fault)>,
    filled: bool,
}

impl TransactGetSink {
    pub(super) fn new(entries: Vec<TransactGetEntry>) -> Self {
        let found = entries.iter().map(|_| None).collect();
        TransactGetSink { entries, entry: 0, answered: 0, found, passed_over: Vec::new(), fault: None, filled: false }
    }
}

impl ItemSink for TransactGetSink {
    fn clear(&mut self) {
        *self = TransactGetSink { filled: true, ..TransactGetSink::new(std::mem::take(&mut self.entries)) };
    }

    fn commit(&mut self) {}

    fn reset(&mut self) {
        *self = TransactGetSink::new(std::mem::take(&mut self.entries));
    }

    fn reserve(&mut self, _: usize) {}

    fn at(&mut self, place: ItemPlace<'_>) {
        if let ItemPlace::Entry(entry) = place {
            self.entry = entry;
            self.answered = entry + 1;
        }
    }

    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        // `take_error` refuses a response with more entries than the request.
        let Some(entry) = self.entries.get(self.entry) else { return reader.skip() };
        let TransactGetEntry { model, read, key, hidden, skips_undecodable, .. } = entry;
        let start = reader.mark();
        let requested = RequestedKey::new(model.schema, key);
        if !reader.at(&start, |reader| requested.is_of(reader))? {
            self.fault.get_or_insert((self.entry, of_another_key()));
            return reader.skip();
        }
        let is_expired =
            |reader: &mut Reader<'_>| hidden.as_ref().map_or(Ok(false), |hidden| hidden.hides(&start, reader));
        match read.read(reader) {
            Ok(_) if is_expired(reader)? => self.passed_over.push((self.entry, SkipReason::Expired)),
            Ok(loaded) => self.found[self.entry] = Some(loaded),
            Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
            Err(fault) if skip_reason(&fault).is_none() && is_expired(reader)? => {
                self.passed_over.push((self.entry, SkipReason::Expired));
            }
            Err(fault) => {
                reader.rewind(&start);
                reader.skip()?;
                let foreign = skip_reason(&fault);
                let skipped = foreign.or_else(|| skips_undecodable.then_some(SkipReason::Undecodable));
                self.passed_over.extend(skipped.map(|reason| (self.entry, reason)));
                if skipped.is_none() || foreign.is_some() {
                    self.fault.get_or_insert((self.entry, fault));
                }
            }
        }
        Ok(())
    }

    fn is_filled(&self) -> bool {
        self.filled
    }

    fn take_error(&mut self, describe: &dyn Fn(Fault) -> Error) -> Option<Error> {
        if self.answered != self.entries.len() {
            return Some(Error::new(ErrorKind::InvalidResponse, "the response does not have one entry for each read"));
        }
        let (number, fault) = self.fault.take()?;
        let Some(TransactGetEntry { model, table, key, .. }) = self.entries.get(number) else {
            return Some(describe(fault));
        };
        let error = fault_error(fault, model.schema.model).with_table(table);
        Some(at(number, error.with_item_key(Some(sdk_key(model.schema.table, key)))))
    }

    fn count(&self) -> usize {
        self.found.iter().flatten().count()
    }

    fn skipped(&self, report: &mut dyn FnMut(SkipReason, Option<Owner<'_>>)) {
        for &(number, reason) in &self.passed_over {
            let Some(TransactGetEntry { model, table, .. }) = self.entries.get(number) else { continue };
            report(reason, Some(Owner { model: model.schema.model, table }));
        }
    }

    fn into_read(self: Box<Self>) -> Option<Box<dyn ReadSink>> {
        None
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
