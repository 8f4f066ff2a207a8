//! One `BatchWriteItem` request: up to 25 writes and 16 MB, and how its unprocessed writes are sent again.

use bytes::Bytes;

use crate::op::batch::request_loop;
use crate::op::batch::write::single::BatchedWrite;
use crate::op::engine::request_body;
use crate::splice::Head;
use crate::wire::Writer;

/// [Limits of one request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
pub(crate) const MAX_WRITES: usize = 25;
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The writes of one request.
#[derive(Debug, Default)]
pub(crate) struct WriteChunk {
    writes: Vec<BatchedWrite>,
    /// The request body of exactly these writes, which are slices of it.
    body: Option<Bytes>,
    /// The total size of the write requests before the first attempt, in bytes.
    size: usize,
    /// The number of input bytes of an import that the writes were read from.
    pub(crate) input: usize,
}

impl request_loop::BatchChunk for WriteChunk {
    fn len(&self) -> usize {
        self.writes.len()
    }
}

impl WriteChunk {
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.writes.len() < MAX_WRITES && self.size + bytes <= MAX_BYTES
    }

    pub(crate) fn single(write: BatchedWrite) -> Self {
        let mut chunk = WriteChunk::default();
        chunk.push(write);
        chunk
    }

    /// Creates a chunk of these writes. If there is a `body`, they are slices of it.
    pub(super) fn new(writes: Vec<BatchedWrite>, body: Option<Bytes>) -> Self {
        let size = writes.iter().map(|write| write.body.len()).sum();
        WriteChunk { writes, body, size, input: 0 }
    }

    pub(crate) fn push(&mut self, write: BatchedWrite) {
        self.size += write.body.len();
        self.writes.push(write);
        self.body = None;
    }

    /// Replaces the writes by those of them that are left.
    pub(crate) fn with_left(self, writes: Vec<BatchedWrite>) -> Self {
        WriteChunk { writes, body: None, ..self }
    }

    pub(crate) fn writes(&self) -> &[BatchedWrite] {
        &self.writes
    }

    pub(crate) fn into_writes(self) -> Vec<BatchedWrite> {
        self.writes
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        self.writes.iter().map(|write| &*write.table)
    }

    /// The part of the body that singlet writes: all of it if there is a `body`.
    pub(super) fn head(&self) -> Head {
        match &self.body {
            Some(body) => Head::Object(body.clone()),
            None => Head::Open(self.open_head()),
        }
    }

    /// `{"RequestItems":{…}`, which precedes the SDK's own part of the body.
    fn open_head(&self) -> Vec<u8> {
        let mut tables: Vec<&str> = Vec::new();
        for table in self.tables() {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        let mut writer =
            Writer::appending(request_body::begin_head(b"{\"RequestItems\":{", self.size + self.writes.len()));
        for table in tables {
            writer.key(table);
            writer.raw(b"[");
            for write in self.writes.iter().filter(|write| write.table == table) {
                writer.element();
                writer.raw(&write.body);
            }
            writer.raw(b"]");
        }
        writer.raw(b"}");
        writer.into_bytes().unwrap_or_default()
    }
}
