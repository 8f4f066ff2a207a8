//! `VecSink`: collects items as values of one type, which a [`Decoder`](super::Decoder) makes. Used by every operation except batches and
//! transactions of reads.

use std::any::Any;
use std::pin::Pin;

use crate::schema::TableSchema;
use crate::splice::decoded::ItemValues;
use crate::splice::sink::{ItemPlace, ItemSink, Owner, ReadSink, SelectItems, TraceItems, skip_reason};
use crate::splice::stored_key::{RequestedKey, of_another_key};
use crate::splice::traces::{Traces, Tracker};
use crate::ttl::HiddenItems;
use crate::wire::{Fault, FaultKind, Mark, Reader, size_above};
use crate::{Error, HookContext, Item, Result, SkipReason, TTLAttribute, item};

/// The items of one or more responses.
pub(crate) struct VecSink {
    items: Box<dyn ItemValues>,
    /// Whether items of other entities are skipped, as in a query, or are a fault, as in a get.
    skip_foreign: bool,
    skipped: Vec<SkipReason>,
    tracker: Option<Tracker>,
    traces: Option<Traces>,
    /// Which items are skipped because they are expired.
    hidden: Option<HiddenItems>,
    /// How many items come from earlier pages, which a retry of this one must not discard.
    committed: usize,
    /// Why an item cannot be decoded, and its key.
    fault: Option<(Fault, Item)>,
    /// The key that the items must have, if the request names one.
    requested: Option<RequestedKey<'static>>,
    /// The table, if the errors of items that cannot be decoded contain their primary key.
    table: Option<&'static TableSchema>,
    skips_undecodable: bool,
    max_size: Option<usize>,
    excessive_size: Option<usize>,
    filled: bool,
}

impl VecSink {
    fn new(items: Box<dyn ItemValues>, skip_foreign: bool) -> Self {
        VecSink {
            items,
            skip_foreign,
            skipped: Vec::new(),
            tracker: None,
            traces: None,
            hidden: None,
            committed: 0,
            fault: None,
            requested: None,
            table: None,
            skips_undecodable: false,
            max_size: None,
            excessive_size: None,
            filled: false,
        }
    }

    /// A sink for one item. An item of another entity is a fault.
    pub(super) fn one_of(items: Box<dyn ItemValues>) -> Box<dyn ReadSink> {
        Box::new(VecSink::new(items, false))
    }

    /// A sink for many items.
    pub(super) fn of(items: Box<dyn ItemValues>, skip_foreign: bool) -> Box<dyn ReadSink> {
        Box::new(VecSink::new(items, skip_foreign))
    }

    /// Recovers the values from an erased sink.
    pub(super) fn values_of(sink: Box<dyn ReadSink>) -> Box<dyn ItemValues> {
        VecSink::of_sink(sink).items
    }

    fn of_sink(sink: Box<dyn ReadSink>) -> VecSink {
        match sink.into_any().downcast::<VecSink>() {
            Ok(collected) => *collected,
            Err(_) => unreachable!("a sink of another kind"),
        }
    }
}

impl ItemSink for VecSink {
    fn clear(&mut self) {
        self.truncate(self.committed);
        self.skipped.clear();
        self.fault = None;
        self.excessive_size = None;
        self.filled = true;
    }

    fn commit(&mut self) {
        self.committed = self.items.count();
        // The sender has reported the skipped items of this page.
        self.skipped.clear();
        self.filled = false;
    }

    fn reset(&mut self) {
        self.clear();
        self.filled = false;
    }

    fn reserve(&mut self, items: usize) {
        self.items.reserve(items);
    }

    /// All items are in one list.
    fn at(&mut self, _: ItemPlace<'_>) {}

    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let count = self.items.count();
        let read = self.read_item(reader, count);
        if read.is_err() {
            // The response is damaged, even if the item itself could be decoded.
            self.items.truncate(count);
        }
        read
    }

    fn is_filled(&self) -> bool {
        self.filled
    }

    fn take_error(&mut self, describe: &dyn Fn(Fault) -> Error) -> Option<Error> {
        let (fault, key) = self.fault.take()?;
        Some(describe(fault).with_item_key(Some(key)))
    }

    fn count(&self) -> usize {
        self.items.count()
    }

    fn skipped(&self, report: &mut dyn FnMut(SkipReason, Option<Owner<'_>>)) {
        for &reason in &self.skipped {
            report(reason, None);
        }
    }

    fn into_read(self: Box<Self>) -> Option<Box<dyn ReadSink>> {
        Some(self)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl SelectItems for VecSink {
    fn hide(&mut self, hidden: HiddenItems) {
        self.hidden = Some(hidden);
    }

    fn require(&mut self, key: RequestedKey<'static>) {
        self.requested = Some(key);
    }

    fn identify(&mut self, table: &'static TableSchema, skips_undecodable: bool) {
        self.table = Some(table);
        self.skips_undecodable = skips_undecodable;
    }

    fn retain(&mut self, from: usize, stays: &[bool]) {
        let stays = |number: usize| number.checked_sub(from).and_then(|n| stays.get(n)).is_none_or(|stays| *stays);
        let mut retained = 0;
        for number in (0..self.items.count()).filter(|number| stays(*number)) {
            self.items.swap(retained, number);
            retained += 1;
        }
        self.items.truncate(retained);
        if let Some(traces) = &mut self.traces {
            let mut numbers = 0..;
            traces.items.retain(|_| numbers.next().is_none_or(stays));
        }
        self.committed = self.committed.min(self.items.count());
    }

    fn truncate(&mut self, items: usize) {
        self.items.truncate(items);
        if let Some(traces) = &mut self.traces {
            traces.items.truncate(items);
        }
        self.committed = self.committed.min(items);
    }

    fn split_off(&mut self, items: usize) -> Box<dyn ReadSink> {
        let others = self.items.split_off(items.min(self.items.count()));
        let mut split = VecSink::new(others, self.skip_foreign);
        split.traces = self.traces.as_mut().map(|traces| traces.split_off(items));
        self.committed = self.committed.min(items);
        Box::new(split)
    }

    fn reverse(&mut self) {
        let count = self.items.count();
        for number in 0..count / 2 {
            self.items.swap(number, count - 1 - number);
        }
        if let Some(traces) = &mut self.traces {
            traces.items.reverse();
        }
    }

    fn fresh(&self) -> Box<dyn ReadSink> {
        let mut fresh = VecSink::new(self.items.fresh(), self.skip_foreign);
        fresh.hidden.clone_from(&self.hidden);
        fresh.table = self.table;
        fresh.skips_undecodable = self.skips_undecodable;
        fresh.traces = self.traces.as_ref().map(Traces::fresh);
        fresh.max_size = self.max_size;
        Box::new(fresh)
    }

    fn absorb(&mut self, other: Box<dyn ReadSink>) {
        let other = VecSink::of_sink(other);
        self.items.append(other.items);
        match (&mut self.traces, other.traces) {
            (Some(traces), Some(mut others)) => traces.items.append(&mut others.items),
            (none, others) => *none = others,
        }
        self.committed = self.items.count();
    }

    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>> {
        Box::pin(async move {
            let mut number = 0;
            while let Some(hook) = self.items.after_load(number, cx) {
                hook.await?;
                number += 1;
            }
            Ok(())
        })
    }
}

impl TraceItems for VecSink {
    fn track(&mut self, tracker: Tracker) {
        self.tracker = Some(tracker);
    }

    fn key_of(&self, item: usize) -> Option<&Item> {
        match &self.traces {
            // Traces of all items include the key attributes, so a tracker is not needed then.
            Some(traces) => traces.items.get(item),
            None => self.tracker.as_ref()?.key_of(item),
        }
    }

    fn trace(&mut self, attributes: Vec<&'static str>) {
        self.traces.get_or_insert_with(|| Traces::new(attributes));
    }

    fn traces(&self) -> &[Item] {
        self.traces.as_ref().map_or(&[], |traces| &traces.items)
    }

    fn measure(&mut self, max_size: usize) {
        self.max_size = Some(max_size);
    }

    fn excessive_size(&self) -> Option<usize> {
        self.excessive_size
    }

    fn set_ttl(&mut self, item: usize, expires_at: TTLAttribute) {
        self.items.set_ttl(item, expires_at);
    }
}

impl VecSink {
    /// Reads an item; `count` values precede it.
    fn read_item(&mut self, reader: &mut Reader<'_>, count: usize) -> Result<(), Fault> {
        let start = reader.mark();
        let decoded = self.items.read(reader);
        if self.is_of_another_key(&decoded, &start, reader)? {
            self.items.truncate(count);
            reader.rewind(&start);
            reader.skip()?;
            self.fault.get_or_insert_with(|| (of_another_key(), Item::default()));
            return Ok(());
        }
        match decoded {
            Ok(()) => {
                if self.is_expired(&start, reader)? {
                    self.items.truncate(count);
                    return Ok(());
                }
                if let Some(tracker) = &mut self.tracker {
                    tracker.see(count, &start, reader)?;
                }
                if let Some(traces) = &mut self.traces {
                    traces.see(&start, reader)?;
                }
                if let Some(max_size) = self.max_size {
                    reader.rewind(&start);
                    self.excessive_size = size_above(max_size, reader.raw_value()?)?;
                }
            }
            // The bytes of the response are damaged, so the items that follow cannot be read either.
            Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
            // A hidden item is skipped even if it does not fit the model.
            Err(fault) if skip_reason(&fault).is_none() && self.is_expired(&start, reader)? => {}
            Err(fault) => {
                reader.rewind(&start);
                self.pass_over(fault, reader)?;
            }
        }
        Ok(())
    }

    /// Whether the item that begins at `start` is not the requested one. Leaves the reader where it is.
    fn is_of_another_key(
        &self,
        decoded: &Result<(), Fault>,
        start: &Mark,
        reader: &mut Reader<'_>,
    ) -> Result<bool, Fault> {
        let Some(requested) = &self.requested else { return Ok(false) };
        let formed = match decoded {
            // Decoding has compared the stored key with the fields, so it need not be searched for.
            Ok(()) if requested.is_marked(reader, start) => return Ok(false),
            Ok(()) => self.items.last_key(),
            Err(fault) if fault.kind() == FaultKind::Syntax => return Ok(false),
            Err(_) => None,
        };
        if formed.is_some_and(|formed| requested.equals(&formed)) {
            return Ok(false);
        }
        reader.at(start, |reader| requested.is_of(reader)).map(|is_requested| !is_requested)
    }

    /// Whether the item that begins at `start` is expired and hidden. Leaves the reader after the item.
    fn is_expired(&mut self, start: &Mark, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        let Some(hidden) = &self.hidden else { return Ok(false) };
        let is_expired = hidden.hides(start, reader)?;
        if is_expired {
            self.skipped.push(SkipReason::Expired);
        }
        Ok(is_expired)
    }

    /// Records why the item at the reader's position is not returned. Leaves the reader after the item.
    #[cold]
    fn pass_over(&mut self, fault: Fault, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let start = reader.mark();
        reader.skip()?;
        let foreign = skip_reason(&fault);
        let skipped = foreign.or_else(|| self.skips_undecodable.then_some(SkipReason::Undecodable));
        self.skipped.extend(skipped);
        if self.fault.is_none() && (skipped.is_none() || (foreign.is_some() && !self.skip_foreign)) {
            let end = reader.mark();
            reader.rewind(&start);
            // A key that cannot be read either does not change what is wrong with the item.
            let names = self.table.map(TableSchema::key_names).unwrap_or_default();
            let key = item::read_some(reader, &names).unwrap_or_default();
            reader.rewind(&end);
            self.fault = Some((fault, key));
        }
        Ok(())
    }
}
