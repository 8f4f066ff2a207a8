use std::io::{BufRead, Read as _};

use super::batch_write::{self, Chunk, PUT};
use super::call::{Call, CallOptions, call_options};
use super::future::BoxFuture;
use crate::size::MAX_ITEM_SIZE;
use crate::wire::{self, Fault, FaultKind, Reader, Tag};
use crate::{Error, ErrorKind, ModelConfig, Number, Operation, Result};

/// No item takes a longer line: 400 KB, were every byte written as `\u0000`. So a file without line ends is not read whole.
const MAX_LINE: u64 = 8 * 1024 * 1024;

/// Writes items from a file in [DynamoDB's export format](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html)
/// into a table: one `{"Item": {…}}` per line, as in an export to S3 or a dump of other tools.
///
/// Await what it gives. Empty lines are passed over. Items replace what is stored under their keys,
/// so an import can be run again. A line that is no item is an error of kind `Input` with its number;
/// what stands before it may have been written.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, age: u8 }
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let lines = r#"{"Item": {"pk": {"S": "USER#1"}, "age": {"N": "42"}}}"#;
/// let summary = singlet::import("users", lines.as_bytes())
///     .progress(|p| eprintln!("{} items, {} bytes", p.items, p.bytes))
///     .client(&client)
///     .await?;
/// assert_eq!(summary.items, 1);
/// assert_eq!(User::get("USER#1").client(&client).await?.unwrap().age, 42);
/// # Ok(())
/// # }
/// ```
pub fn import<'a>(table: impl Into<String>, lines: impl BufRead + Send + 'a) -> Import<'a> {
    Import {
        lines: Box::new(lines),
        config: ModelConfig::new(table.into()),
        progress: Box::new(|_| {}),
        call: CallOptions::default(),
    }
}

/// An import on its way to be awaited; made by [`import`].
#[must_use = "an operation does nothing until it is awaited"]
pub struct Import<'a> {
    lines: Box<dyn BufRead + Send + 'a>,
    config: ModelConfig,
    progress: Box<dyn FnMut(ImportProgress) + Send + 'a>,
    call: CallOptions,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProgress {
    /// Items written.
    pub items: usize,
    /// Bytes of the input read.
    pub bytes: usize,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportSummary {
    /// Items written.
    pub items: usize,
    /// Bytes of the input read.
    pub bytes: usize,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("table", &self.config.table()).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    call_options!();

    /// Calls `f` after every request, of up to 25 items.
    pub fn progress(mut self, f: impl FnMut(ImportProgress) + Send + 'a) -> Self {
        self.progress = Box::new(f);
        self
    }

    async fn run(mut self) -> Result<ImportSummary> {
        let call = Call::new(Operation::BatchWrite, None, self.call, self.config)?;
        let mut at = ImportProgress { items: 0, bytes: 0 };
        let mut chunk = Chunk::default();
        let mut line = String::new();
        for number in 1.. {
            line.clear();
            let read = (&mut self.lines).take(MAX_LINE).read_line(&mut line);
            let read = read.map_err(|error| bad_line(&call, number).with_source(error))?;
            if line.len() as u64 == MAX_LINE {
                return Err(bad_line(&call, number).with_source(Fault::invalid("the line is longer than 8 MiB")));
            }
            at.bytes += read;
            let is_end = read == 0;
            let request = match line.trim() {
                "" => None,
                text => Some(put_request(text).map_err(|fault| bad_line(&call, number).with_source(fault))?),
            };
            let is_full = request.as_ref().is_some_and(|request| !chunk.has_room(request.len()));
            if chunk.count() > 0 && (is_end || is_full) {
                at.items += chunk.count();
                batch_write::send(&call, std::mem::take(&mut chunk)).await?;
                (self.progress)(at);
            }
            if let Some(request) = request {
                chunk.push(&*call.table, request);
            }
            if is_end {
                break;
            }
        }
        Ok(ImportSummary { items: at.items, bytes: at.bytes })
    }
}

impl<'a> IntoFuture for Import<'a> {
    type Output = Result<ImportSummary>;
    type IntoFuture = BoxFuture<'a, Result<ImportSummary>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A line as a request: its item's own bytes, once they are known to be an item that can be stored.
fn put_request(line: &str) -> std::result::Result<Vec<u8>, Fault> {
    let mut reader = Reader::new(line.as_bytes())?;
    let not_an_item = || Fault::new(FaultKind::Syntax, "a line is not of the form {\"Item\": {..}}");
    if !reader.open_map()? || reader.key()? != "Item" {
        return Err(not_an_item());
    }
    let start = reader.position();
    reader.skip()?;
    let item = reader.since(start);
    if reader.more_entries()? {
        return Err(not_an_item());
    }
    reader.finish()?;
    check_values(&mut Reader::new(item)?)?;
    if wire::item_size(item)? > MAX_ITEM_SIZE {
        return Err(Fault::unstorable("the item is larger than 400 KB"));
    }
    Ok([PUT.0, item, PUT.1].concat())
}

/// Finds what the service would refuse with a message that shows the value: no number, no base64.
fn check_values(reader: &mut Reader<'_>) -> Result<(), Fault> {
    let mut more = reader.open_map()?;
    while more {
        reader.key()?;
        check_value(reader)?;
        more = reader.more_entries()?;
    }
    Ok(())
}

/// It recurses as deep as the reader lets lists and maps nest.
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
    let number: std::result::Result<Number, _> = reader.raw_text()?.parse();
    number.map(drop).map_err(|_| Fault::invalid("an N is no number"))
}

#[cold]
fn bad_line(call: &Call, number: usize) -> Error {
    call.fail(Error::new(ErrorKind::Input, format!("line {number} of the import cannot be read")))
}
