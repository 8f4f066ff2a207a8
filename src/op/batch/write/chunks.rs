//! Encodes the writes of a batch into requests, one request after another.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{self, Poll, ready};

use bytes::Bytes;
use futures_util::task::noop_waker;

use crate::error::fault_error;
use crate::key::RawKey;
use crate::op::batch::write::chunk::{MAX_BYTES, MAX_WRITES, WriteChunk};
use crate::op::batch::write::conflicts::WrittenKeys;
use crate::op::batch::write::single::{BatchedWrite, Kind, check_unconditional, refused};
use crate::op::batch::write::source::{WriteSource, Writes};
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::sdk_key::write_key;
use crate::op::engine::vtable::{ErasedModel, ModelVTable};
use crate::op::write::expiry::{Expiry, PutExpiryInput};
use crate::op::write::put;
use crate::op::write::save::check_size;
use crate::schema::ModelSchema;
use crate::ttl::Lifecycle;
use crate::wire::{Fault, Writer};
use crate::{Result, scope};

/// How many requests are encoded, and thereby checked, before the first one is sent.
const LOOK_AHEAD: usize = 40;

/// The maximum capacity that is reserved for a request before its items are known.
const GUESS: usize = 64 * 1024;

/// The requests of a batch, which are encoded as they are needed.
pub(super) struct Chunks<'a> {
    sources: VecDeque<(WriteSource<'a>, Context)>,
    keys: WrittenKeys,
    ready: VecDeque<WriteChunk>,
    next: NextChunk,
    /// A write that did not fit into the last request.
    held: Option<Encoded>,
    /// The writes that were encoded so far.
    encoded: usize,
    /// A buffer for single items, reused.
    scratch: Vec<u8>,
}

/// A write whose item or key is encoded.
struct Encoded {
    kind: Kind,
    table: Cow<'static, str>,
    key: Option<RawKey>,
    model: Option<&'static ModelVTable>,
    map: Vec<u8>,
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
            scratch: Vec::new(),
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
        while self.next.writes.len() < MAX_WRITES {
            let encoded = match self.held.take() {
                Some(held) => held,
                None => match ready!(self.poll_next_write(cx)) {
                    Some(Ok(encoded)) => encoded,
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => break,
                },
            };
            if !self.next.has_room(&encoded) {
                // It is encoded already, so it becomes the first write of the next request.
                self.held = Some(encoded);
                break;
            }
            let remaining = self.sources.front().map_or(0, |(source, _)| source.remaining());
            // The bytes were copied into the request, so their buffer serves the next item.
            self.scratch = self.next.push(encoded, remaining);
        }
        Poll::Ready(self.next.finish().map(Ok))
    }

    /// Encodes the next write; `None` after the last. After an error it goes on with the write that follows.
    fn poll_next_write(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<Encoded>>> {
        loop {
            let Some((source, call)) = self.sources.front_mut() else { return Poll::Ready(None) };
            let table = call.table.clone();
            let encoded = match (&mut source.writes, source.model) {
                (Writes::Puts(values), Some(model)) => {
                    let (scratch, mut map) = (&mut self.scratch, Vec::new());
                    let outcome = values.poll_encode_next(cx, &mut |value| {
                        map = put(value, call, model.schema, source.config.max_size, std::mem::take(scratch))?;
                        Ok(())
                    });
                    ready!(outcome).map(|done| {
                        done.map(|()| Encoded { kind: Kind::Put, table, key: None, model: Some(model), map })
                    })
                }
                (Writes::Deletes(keys), Some(model)) => ready!(keys.poll_next(cx)).map(|key| {
                    let key = key?.into_canonical();
                    let map = key_map(&key, model.schema, std::mem::take(&mut self.scratch));
                    let map = map.map_err(|fault| fault_error(fault, model.schema.model))?;
                    Ok(Encoded { kind: Kind::Delete, table, key: Some(key), model: Some(model), map })
                }),
                (Writes::Again(writes), _) => writes.pop_front().map(|write| {
                    let map = write.map().to_vec();
                    let BatchedWrite { kind, table, key, model, .. } = write;
                    Ok(Encoded { kind, table, key, model, map })
                }),
                (Writes::Puts(_) | Writes::Deletes(_), None) => None,
            };
            let Some(encoded) = encoded else {
                self.sources.pop_front();
                continue;
            };
            return Poll::Ready(Some(encoded.and_then(|encoded| {
                if let Some(model) = encoded.model {
                    self.keys.add(encoded.kind, &encoded.table, model, &encoded.map)?;
                }
                self.encoded += 1;
                Ok(encoded)
            })));
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

/// Encodes an item like a save, but without conditions and without reading a stored expiry.
fn put(
    value: &dyn ErasedModel,
    call: &Context,
    schema: &'static ModelSchema,
    max_size: Option<usize>,
    mut buffer: Vec<u8>,
) -> Result<Vec<u8>> {
    let input = PutExpiryInput { carried: value.ttl(), ttl: None, is_new: false };
    let expiry = match input.expiry(call, schema).map_err(|error| error.with_model(schema.model))? {
        // To keep a stored expiry, a save reads it. A batch does not read.
        Expiry::Stored(default) => Expiry::Set(default),
        // An item keeps the expiry that it carries.
        Expiry::Set(_) if input.carried.is_some() => Expiry::FromValue,
        expiry => expiry,
    };
    buffer.clear();
    let (item, _) = put::encode(value, schema, buffer, expiry, call.client.clock().now_millis())?;
    check_size(&item, max_size, schema)?;
    Ok(item)
}

fn key_map(key: &RawKey, schema: &ModelSchema, mut buffer: Vec<u8>) -> Result<Vec<u8>, Fault> {
    buffer.clear();
    let mut writer = Writer::appending(buffer);
    write_key(schema.table, key, &mut writer);
    writer.into_bytes()
}

/// The request that is being filled. Its writes share one buffer.
#[derive(Default)]
struct NextChunk {
    /// The writes, each with the end of its bytes.
    writes: Vec<(BatchedWrite, usize)>,
    bytes: Vec<u8>,
}

impl NextChunk {
    fn has_room(&self, encoded: &Encoded) -> bool {
        let (before, after) = encoded.kind.around();
        let length = before.len() + encoded.map.len() + after.len();
        self.writes.is_empty() || self.bytes.len() + length <= MAX_BYTES
    }

    /// Returns the buffer of the item.
    fn push(&mut self, encoded: Encoded, remaining: usize) -> Vec<u8> {
        let Encoded { kind, table, key, model, map } = encoded;
        let (before, after) = kind.around();
        if self.writes.is_empty() {
            // The items of a request are usually about as long as its first.
            let length = before.len() + map.len() + after.len();
            let count = 1 + remaining.min(MAX_WRITES - 1);
            self.writes.reserve(count);
            self.bytes.reserve((length * (count + count / 8)).min(GUESS));
        }
        self.bytes.extend_from_slice(before);
        self.bytes.extend_from_slice(&map);
        self.bytes.extend_from_slice(after);
        let write = BatchedWrite { kind, table, body: Bytes::new(), key, model, line: None };
        self.writes.push((write, self.bytes.len()));
        map
    }

    /// `None` if there is nothing in it.
    fn finish(&mut self) -> Option<WriteChunk> {
        let NextChunk { writes, bytes } = std::mem::take(self);
        let (bytes, mut start) = (Bytes::from(bytes), 0);
        let mut chunk = WriteChunk { writes: Vec::with_capacity(writes.len()), ..WriteChunk::default() };
        for (mut write, end) in writes {
            write.body = bytes.slice(start..end);
            start = end;
            chunk.push(write);
        }
        (!chunk.writes.is_empty()).then_some(chunk)
    }
}
