//! Encodes the writes of a batch into requests, one request after another.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{self, Poll, ready};

use bytes::Bytes;
use futures_util::task::noop_waker;

use crate::error::fault_error;
use crate::op::batch::write::chunk::{MAX_WRITES, WriteChunk};
use crate::op::batch::write::conflicts::WrittenKeys;
use crate::op::batch::write::next_chunk::{Encoded, NextChunk};
use crate::op::batch::write::single::{BatchedWrite, Kind, check_unconditional, refused};
use crate::op::batch::write::source::{WriteSource, Writes};
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::sdk_key::write_key;
use crate::op::engine::vtable::ErasedModel;
use crate::op::write::expiry::{Expiry, PutExpiryInput};
use crate::op::write::put;
use crate::op::write::save::check_size;
use crate::schema::ModelSchema;
use crate::ttl::Lifecycle;
use crate::wire::Writer;
use crate::{Result, scope};

/// How many requests are encoded, and thereby checked, before the first one is sent.
const LOOK_AHEAD: usize = 40;

/// The requests of a batch, which are encoded as they are needed.
pub(super) struct Chunks<'a> {
    sources: VecDeque<(WriteSource<'a>, Context)>,
    keys: WrittenKeys,
    ready: VecDeque<WriteChunk>,
    next: NextChunk,
    /// A write that did not fit into the last request, and its bytes.
    held: Option<(Encoded, Vec<u8>)>,
    /// The writes that were encoded so far.
    encoded: usize,
}

impl<'a> Chunks<'a> {
    /// Fails if a model cannot be written by batches. `call` is the context of the whole batch.
    pub(super) fn new(sources: Vec<WriteSource<'a>>, options: &CallOptions, call: &Context) -> Result<Self> {
        let mut prepared = VecDeque::with_capacity(sources.len());
        for source in sources {
            if let Some(model) = source.model {
                check_unconditional(model)?;
                if model.has_hooks() && !options.skip_hooks.unwrap_or(source.config.skip_hooks) {
                    let message =
                        "hooks do not run in a batch; save or delete the items one by one, or say `.skip_hooks(true)`";
                    return Err(refused(model, message));
                }
            }
            let lifecycle = Lifecycle::new(source.config.lifecycle, &call.client, options.refresh_ttl);
            let name = source.model.map(|model| model.schema.model);
            let lifecycle = lifecycle.map_err(|error| scope::name_model(error, name))?;
            let table = source.config.table_for(options.table.clone(), &call.client);
            let table = table.map_err(|error| scope::name_model(error, name))?;
            let call = Context { table, lifecycle, ..call.clone() };
            prepared.push_back((source, call));
        }
        Ok(Chunks {
            sources: prepared,
            keys: WrittenKeys::default(),
            ready: VecDeque::new(),
            next: NextChunk::default(),
            held: None,
            encoded: 0,
        })
    }

    /// Requests the service's time with the key of the first write, unless it is known or no item gets an expiry.
    pub(super) async fn know_time(&mut self) -> Result<()> {
        // Exclusive, since a source need not be `Sync`.
        if !self.sources.iter_mut().any(|(source, _)| source.may_expire()) {
            return Ok(());
        }
        for (source, call) in &mut self.sources {
            let Some(model) = source.model else { continue };
            // A stream may depend on earlier writes of the batch, so only the first write can be awaited here.
            if !poll_fn(|cx| source.poll_is_empty(cx)).await {
                if let Some(key) = source.first_key() {
                    call.ask_time(model.schema, &key).await?;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Encodes the first requests, so that a batch of common size is rejected as a whole before anything is sent. A batch
    /// with a stream takes items only as it sends them.
    pub(super) fn look_ahead(&mut self) -> Result<()> {
        while self.ready.len() < LOOK_AHEAD && !self.has_stream() {
            match now(|cx| self.poll_encode(cx)) {
                Some(chunk) => self.ready.push_back(chunk?),
                None => break,
            }
        }
        Ok(())
    }

    /// Whether any of the remaining writes come from a stream.
    pub(super) fn has_stream(&self) -> bool {
        self.sources.iter().any(|(source, _)| source.is_stream)
    }

    /// Returns the next request; `None` after the last.
    pub(super) fn poll_next(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<WriteChunk>>> {
        match self.ready.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None => self.poll_encode(cx),
        }
    }

    /// Returns the requests that were not sent. Nothing more is taken from a stream. A write that cannot be encoded is
    /// left out.
    pub(super) fn unsent(mut self) -> impl Iterator<Item = WriteChunk> {
        self.sources.iter_mut().for_each(|(source, _)| source.end_stream());
        std::iter::from_fn(move || self.next_now()).flatten()
    }

    /// Returns the next request without waiting for a stream.
    pub(super) fn next_now(&mut self) -> Option<Result<WriteChunk>> {
        now(|cx| self.poll_next(cx))
    }

    /// The number of writes. Those of an iterator or a stream count by its size hint.
    pub(super) fn total(&self) -> usize {
        self.sources.iter().fold(self.encoded, |total, (source, _)| total.saturating_add(source.remaining()))
    }

    /// Returns the next request, as soon as it is full or the last source has ended.
    fn poll_encode(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<WriteChunk>>> {
        while self.next.len() < MAX_WRITES {
            let encoded = match self.held.take() {
                Some((held, bytes)) => {
                    self.next.begin_with(bytes);
                    held
                }
                None => match ready!(self.poll_next_write(cx)) {
                    Some(Ok(encoded)) => encoded,
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => break,
                },
            };
            if self.next.is_overfull() {
                // It is encoded already, so it becomes the first write of the next request.
                let bytes = self.next.split_off(encoded.start);
                self.held = Some((Encoded { start: 0, ..encoded }, bytes));
                break;
            }
            let remaining = self.sources.front().map_or(0, |(source, _)| source.remaining());
            self.next.push(encoded, remaining);
        }
        Poll::Ready(self.next.finish().map(Ok))
    }

    /// Encodes the next write; `None` after the last. After an error it goes on with the write that follows.
    fn poll_next_write(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<Encoded>>> {
        loop {
            let Some((source, call)) = self.sources.front_mut() else { return Poll::Ready(None) };
            let (table, next) = (call.table.clone(), &mut self.next);
            let (before, mut start) = (next.bytes.len(), 0);
            let encoded = match (&mut source.writes, source.model) {
                (Writes::Puts(values), Some(model)) => {
                    let outcome = values.poll_encode_next(cx, &mut |value| {
                        start = next.begin(&table, Kind::Put);
                        put(value, call, model.schema, source.config.max_size, &mut next.bytes)
                    });
                    ready!(outcome).map(|done| done.map(|()| Encoded::new(Kind::Put, table, model, start)))
                }
                (Writes::Deletes(keys), Some(model)) => ready!(keys.poll_next(cx)).map(|key| {
                    let key = key?.into_canonical();
                    start = next.begin(&table, Kind::Delete);
                    Writer::append(&mut next.bytes, |writer| write_key(model.schema.table, &key, writer))
                        .map_err(|fault| fault_error(fault, model.schema.model))?;
                    let mut encoded = Encoded::new(Kind::Delete, table, model, start);
                    encoded.write.key = Some(key);
                    Ok(encoded)
                }),
                (Writes::Again(writes), _) => writes.pop_front().map(|write| {
                    start = next.begin(&write.table, write.kind);
                    next.bytes.extend_from_slice(write.map());
                    Ok(Encoded { write: BatchedWrite { body: Bytes::new(), line: None, ..write }, start })
                }),
                (Writes::Puts(_) | Writes::Deletes(_), None) => None,
            };
            let Some(encoded) = encoded else {
                self.sources.pop_front();
                continue;
            };
            let added = encoded.and_then(|encoded| {
                let BatchedWrite { kind, table, model, .. } = &encoded.write;
                let (opening, closing) = kind.around();
                if let Some(model) = *model {
                    self.keys.add(*kind, table, model, &next.bytes[start + opening.len()..])?;
                }
                next.bytes.extend_from_slice(closing);
                self.encoded += 1;
                Ok(encoded)
            });
            if added.is_err() {
                next.bytes.truncate(before);
            }
            return Poll::Ready(Some(added));
        }
    }
}

/// Returns what is ready without waiting.
fn now<T>(poll: impl FnOnce(&mut task::Context<'_>) -> Poll<Option<T>>) -> Option<T> {
    match poll(&mut task::Context::from_waker(&noop_waker())) {
        Poll::Ready(next) => next,
        Poll::Pending => None,
    }
}

/// Appends an item. It is encoded as for a save, but without conditions and without reading a stored expiry.
fn put(
    value: &dyn ErasedModel,
    call: &Context,
    schema: &'static ModelSchema,
    max_size: Option<usize>,
    bytes: &mut Vec<u8>,
) -> Result<()> {
    let input = PutExpiryInput { carried: value.ttl(), ttl: None, is_new: false };
    let expiry = match input.expiry(call, schema).map_err(|error| error.with_model(schema.model))? {
        // To keep a stored expiry, a save reads it. A batch does not read.
        Expiry::Stored(default) => Expiry::Set(default),
        // An item keeps the expiry that it carries.
        Expiry::Set(_) if input.carried.is_some() => Expiry::FromValue,
        expiry => expiry,
    };
    let start = bytes.len();
    put::encode(value, schema, bytes, expiry, call.client.clock().now_millis())?;
    check_size(&bytes[start..], max_size, schema)
}
