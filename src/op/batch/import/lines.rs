//! Groups the items of an import into requests. It never holds the whole input.

use std::io::BufRead;

use crate::op::batch::import::forms::write_request;
use crate::op::batch::import::values::{LineValues, NoItem};
use crate::op::batch::write::{BatchedWrite, WriteChunk};
use crate::op::engine::context::Context;
use crate::{Error, ErrorKind};

/// The items of an import, grouped into requests.
pub(super) struct Lines<'a> {
    values: LineValues<'a>,
    is_at_end: bool,
    /// The writes of the next request.
    pub(super) pending: WriteChunk,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: Box<dyn BufRead + Send + 'a>) -> Self {
        Lines { values: LineValues::new(source), is_at_end: false, pending: WriteChunk::default() }
    }

    /// The number of bytes read.
    pub(super) fn bytes(&self) -> usize {
        self.values.bytes
    }

    /// Returns the writes of the next request, or `None` after the last one.
    pub(super) fn next_chunk(&mut self, call: &Context) -> Option<crate::Result<WriteChunk>> {
        while !self.is_at_end {
            let before = self.values.bytes;
            let object = match self.values.next() {
                Ok(object) => object,
                Err(unread) => {
                    let error = bad_line(call, self.values.failed_line());
                    return Some(Err(match unread {
                        NoItem::Input(cause) => error.with_source(cause),
                        NoItem::Fault(fault) => error.with_source(fault),
                    }));
                }
            };
            let read = self.values.bytes - before;
            let Some(object) = object else {
                self.is_at_end = true;
                self.pending.input += read;
                break;
            };
            let (kind, body) = match write_request(&object.text) {
                Ok(request) => request,
                Err(fault) => return Some(Err(bad_line(call, object.line).with_source(fault))),
            };
            let full = (!self.pending.has_room(body.len())).then(|| std::mem::take(&mut self.pending));
            self.pending.input += read;
            let (first, _) = self.pending.lines.unwrap_or((object.line, object.line));
            self.pending.lines = Some((first, object.line));
            self.pending.push(BatchedWrite { kind, table: call.table.clone(), body, key: None, model: None });
            if full.is_some() {
                return full.map(Ok);
            }
        }
        let last = std::mem::take(&mut self.pending);
        (!last.writes.is_empty()).then_some(Ok(last))
    }
}

#[cold]
fn bad_line(call: &Context, number: usize) -> Error {
    call.contextualize(Error::new(ErrorKind::Input, format!("line {number} of the import cannot be read")))
}

/// Adds the line numbers to the error of a request.
#[cold]
pub(super) fn at_lines(error: Error, lines: Option<(usize, usize)>) -> Error {
    let Some((first, last)) = lines else { return error };
    let place = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let message = format!("{place} of the import: {}", error.message());
    error.with_text(message)
}
