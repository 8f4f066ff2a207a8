//! Groups the items of an import into requests. It never holds the whole input.

use std::collections::BTreeSet;
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
            let (table, line) = (call.table.clone(), Some(object.line));
            self.pending.push(BatchedWrite { kind, table, body, key: None, model: None, line });
            if full.is_some() {
                return full.map(Ok);
            }
        }
        let last = std::mem::take(&mut self.pending);
        (!last.writes().is_empty()).then_some(Ok(last))
    }
}

#[cold]
fn bad_line(call: &Context, number: usize) -> Error {
    call.contextualize(Error::new(ErrorKind::Input, format!("line {number} of the import cannot be read")))
}

/// Adds the line numbers of writes to their error.
#[cold]
pub(super) fn at_lines<'w>(error: Error, writes: impl IntoIterator<Item = &'w BatchedWrite>) -> Error {
    let lines: BTreeSet<usize> = writes.into_iter().filter_map(|write| write.line).collect();
    if lines.is_empty() {
        return error;
    }
    let message = format!("{} of the import: {}", numbered(lines), error.message());
    error.with_text(message)
}

/// `line 3`, `lines 3 to 5`, or `lines 3 to 5, 9`.
fn numbered(lines: BTreeSet<usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => runs.push((line, line)),
        }
    }
    let noun = if matches!(runs[..], [(first, last)] if first == last) { "line" } else { "lines" };
    let runs = runs.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a} to {b}") });
    format!("{noun} {}", runs.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_by_runs() {
        for (lines, text) in
            [(&[3][..], "line 3"), (&[3, 4], "lines 3 to 4"), (&[9, 4, 3, 5, 12], "lines 3 to 5, 9, 12")]
        {
            assert_eq!(numbered(lines.iter().copied().collect()), text);
        }
    }
}
