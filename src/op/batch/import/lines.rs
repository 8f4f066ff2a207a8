//! Converts the lines of an import to put requests. Checks every item before it is sent, and never holds the whole
//! file.

use std::io::{BufRead, Read as _};

use bytes::Bytes;

use crate::op::batch::write::{BatchedWrite, Kind, WriteChunk};
use crate::op::engine::context::Context;
use crate::size::MAX_ITEM_SIZE;
use crate::wire::{self, Fault, FaultKind, Reader, Tag};
use crate::{Error, ErrorKind, Number};

/// No item takes a longer line, even if all of its 400 KB are written as `\u0000`. A file without line ends is
/// therefore never read as a whole.
const MAX_LINE: u64 = 8 * 1024 * 1024;

/// The lines of an import, split into requests.
pub(super) struct Lines<'a> {
    source: Box<dyn BufRead + Send + 'a>,
    number: usize,
    is_at_end: bool,
    /// The number of bytes read.
    pub(super) bytes: usize,
    /// The writes read for the next request.
    pub(super) pending: WriteChunk,
    line: String,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: Box<dyn BufRead + Send + 'a>) -> Self {
        let pending = WriteChunk::default();
        Lines { source, number: 0, is_at_end: false, bytes: 0, pending, line: String::new() }
    }

    /// Returns the writes of the next request, or `None` after the last.
    pub(super) fn next_chunk(&mut self, call: &Context) -> Option<crate::Result<WriteChunk>> {
        while !self.is_at_end {
            self.number += 1;
            let read = match self.read_line() {
                Ok(read) => read,
                Err(error) => return Some(Err(bad_line(call, self.number).with_source(error))),
            };
            self.is_at_end = read == 0;
            self.bytes += read;
            let body = match self.line.trim() {
                "" => None,
                line => match put_request(line) {
                    Ok(body) => Some(body),
                    Err(fault) => return Some(Err(bad_line(call, self.number).with_source(fault))),
                },
            };
            let is_full = body.as_ref().is_some_and(|body| !self.pending.has_room(body.len()));
            let full = is_full.then(|| std::mem::take(&mut self.pending));
            self.pending.input += read;
            if let Some(body) = body {
                let table = call.table.clone();
                self.pending.push(BatchedWrite { kind: Kind::Put, table, body, key: None, model: None });
            }
            if full.is_some() {
                return full.map(Ok);
            }
        }
        let last = std::mem::take(&mut self.pending);
        (!last.writes.is_empty()).then_some(Ok(last))
    }

    fn read_line(&mut self) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
        self.line.clear();
        let read = (&mut self.source).take(MAX_LINE).read_line(&mut self.line)?;
        if read as u64 == MAX_LINE {
            return Err(Fault::invalid("the line is longer than 8 MiB").into());
        }
        Ok(read)
    }
}

/// Converts a line to a request with the item's own bytes, after checking that the item can be stored.
fn put_request(line: &str) -> Result<Bytes, Fault> {
    let mut reader = Reader::new(line.as_bytes())?;
    let not_an_item = || Fault::new(FaultKind::Syntax, "a line is not of the form {\"Item\": {..}}");
    if !reader.open_map()? || reader.key()? != "Item" {
        return Err(not_an_item());
    }
    let item = reader.raw_value()?;
    if reader.more_entries()? {
        return Err(not_an_item());
    }
    reader.finish()?;
    check_values(&mut Reader::new(item)?)?;
    if wire::item_size(item)? > MAX_ITEM_SIZE {
        return Err(Fault::unstorable("the item is larger than 400 KB"));
    }
    let (before, behind) = Kind::Put.around();
    Ok([before, item, behind].concat().into())
}

/// Finds values that the service would reject with a message that shows them: invalid numbers and invalid base64.
fn check_values(reader: &mut Reader<'_>) -> Result<(), Fault> {
    let mut more = reader.open_map()?;
    while more {
        reader.key()?;
        check_value(reader)?;
        more = reader.more_entries()?;
    }
    Ok(())
}

/// Recursion is limited by the nesting depth that the reader allows.
fn check_value(reader: &mut Reader<'_>) -> Result<(), Fault> {
    match reader.tag()? {
        Tag::N => check_number(reader)?,
        Tag::B => drop(reader.raw_binary()?),
        Tag::M => check_values(reader)?,
        Tag::L => check_elements(reader, check_value)?,
        Tag::Ns => check_elements(reader, check_number)?,
        Tag::Bs => check_elements(reader, |reader| reader.raw_binary().map(drop))?,
        Tag::S | Tag::Ss | Tag::Bool | Tag::Null => reader.skip()?,
    }
    reader.end()
}

fn check_elements<'a>(
    reader: &mut Reader<'a>,
    check: impl Fn(&mut Reader<'a>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut more = reader.open_list()?;
    while more {
        check(reader)?;
        more = reader.more_elements()?;
    }
    Ok(())
}

fn check_number(reader: &mut Reader<'_>) -> Result<(), Fault> {
    let number: Result<Number, _> = reader.raw_text()?.parse();
    number.map(drop).map_err(|_| Fault::invalid("an `N` value is not a number"))
}

#[cold]
fn bad_line(call: &Context, number: usize) -> Error {
    call.contextualize(Error::new(ErrorKind::Input, format!("line {number} of the import cannot be read")))
}
