//! The request that is being filled. Its writes share one buffer, which becomes the body of the request if all of them are
//! for one table.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

use crate::op::batch::write::chunk::{MAX_BYTES, MAX_WRITES, WriteChunk};
use crate::op::batch::write::single::{BatchedWrite, Kind};
use crate::op::engine::vtable::ModelVTable;
use crate::wire::Writer;

/// The maximum capacity that is reserved for a request before its items are known.
const GUESS: usize = 64 * 1024;

/// The bytes that follow the last write in a body for one table.
const END: &[u8] = b"]}}";

/// A write that is encoded at the end of the buffer. Its body is not set yet.
pub(super) struct Encoded {
    pub(super) write: BatchedWrite,
    /// The offset of its first byte in the buffer.
    pub(super) start: usize,
}

impl Encoded {
    pub(super) fn new(kind: Kind, table: Cow<'static, str>, model: &'static ModelVTable, start: usize) -> Self {
        let write = BatchedWrite { kind, table, body: Bytes::new(), key: None, model: Some(model), line: None };
        Encoded { write, start }
    }
}

/// The request that is being filled.
#[derive(Default)]
pub(super) struct NextChunk {
    /// The writes, each with the range of its bytes.
    writes: Vec<(BatchedWrite, Range<usize>)>,
    pub(super) bytes: Vec<u8>,
    /// Whether `bytes` is the beginning of a body, and all writes are for its table.
    is_body: bool,
}

impl NextChunk {
    pub(super) fn len(&self) -> usize {
        self.writes.len()
    }

    /// Appends the bytes that precede the item or key of a write. Returns the offset of the first byte of the write.
    pub(super) fn begin(&mut self, table: &str, kind: Kind) -> usize {
        match self.writes.first() {
            Some((first, _)) => {
                self.is_body &= first.table == table;
                self.bytes.push(b',');
            }
            None => {
                // Most items fit into 1 KB, the unit in which writes are billed.
                self.bytes.reserve(1024);
                let begun = Writer::append(&mut self.bytes, |writer| {
                    writer.raw(b"{\"RequestItems\":{");
                    writer.key(table);
                    writer.raw(b"[");
                });
                self.is_body = begun.is_ok();
            }
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(kind.around().0);
        start
    }

    /// Begins with a write that did not fit into the previous request. Nothing precedes the write, so the buffer does not
    /// become a body.
    pub(super) fn begin_with(&mut self, bytes: Vec<u8>) {
        *self = NextChunk { bytes, ..NextChunk::default() };
    }

    /// Whether the write that was encoded last, and is not added yet, exceeds the size limit of this request.
    pub(super) fn is_overfull(&self) -> bool {
        !self.writes.is_empty() && self.bytes.len() > MAX_BYTES
    }

    /// Removes the write that was encoded last, and returns its bytes.
    pub(super) fn split_off(&mut self, start: usize) -> Vec<u8> {
        let bytes = self.bytes.split_off(start);
        // The comma before the write.
        self.bytes.truncate(self.writes.last().map_or(0, |(_, range)| range.end));
        self.bytes.shrink_to(self.bytes.len() + END.len());
        bytes
    }

    /// Adds the write that was encoded last.
    pub(super) fn push(&mut self, encoded: Encoded, remaining: usize) {
        let Encoded { write, start } = encoded;
        if self.writes.is_empty() {
            // The items of a request are usually about as long as its first.
            let (length, others) = (self.bytes.len() - start, remaining.min(MAX_WRITES - 1));
            self.writes.reserve(1 + others);
            self.bytes.reserve((length * (others + others / 8)).min(GUESS) + END.len());
        }
        self.writes.push((write, start..self.bytes.len()));
    }

    /// Returns `None` if the request is empty.
    pub(super) fn finish(&mut self) -> Option<WriteChunk> {
        let NextChunk { writes, mut bytes, is_body } = std::mem::take(self);
        if writes.is_empty() {
            return None;
        }
        if is_body {
            bytes.extend_from_slice(END);
        }
        let bytes = Bytes::from(bytes);
        let slice = |(write, range)| BatchedWrite { body: bytes.slice(range), ..write };
        let writes = writes.into_iter().map(slice).collect();
        Some(WriteChunk::new(writes, is_body.then(|| bytes.clone())))
    }
}
