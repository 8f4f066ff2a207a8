//! `read_items`: the items of an import without a table.

use std::fmt;
use std::io::BufRead;

use crate::item;
use crate::op::batch::import::forms::write_request;
use crate::op::batch::import::values::{LineValues, NoItem, Object};
use crate::op::batch::write::Kind;
use crate::{Error, ErrorKind, Item, Result};

/// Reads the items of a file in one of the forms that [`import`](crate::import) accepts, for example for tests that read
/// stored items.
///
/// It sends nothing and holds one item at a time. Deletions, as in an incremental export, are skipped. The input must not be
/// compressed.
///
/// # Errors
///
/// An item is an error of kind `Input` if its line cannot be read; its message names the line. It is the last item then.
///
/// ```
/// let lines = r#"
///     {"Item": {"pk": {"S": "CUSTOMER#c-1"}, "points": {"N": "7"}}}
///     {"pk": {"S": "CUSTOMER#c-2"}}
/// "#;
/// let items = singlet::read_items(lines.as_bytes()).collect::<singlet::Result<Vec<_>>>()?;
/// assert_eq!(items[0]["points"].as_n().unwrap(), "7");
/// assert_eq!(items.len(), 2);
/// # Ok::<(), singlet::Error>(())
/// ```
pub fn read_items<'a>(lines: impl BufRead + Send + 'a) -> ReadItems<'a> {
    ReadItems { values: LineValues::new(Box::new(lines)), is_at_end: false }
}

/// The items of a file. Returned by [`read_items`].
pub struct ReadItems<'a> {
    values: LineValues<'a>,
    is_at_end: bool,
}

impl Iterator for ReadItems<'_> {
    type Item = Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_at_end {
            let read = match self.values.next() {
                Ok(Some(object)) => item_of(&object).map_err(|fault| unreadable(object.line).with_source(fault)),
                Ok(None) => {
                    self.is_at_end = true;
                    break;
                }
                Err(NoItem::Input(cause)) => Err(unreadable(self.values.failed_line()).with_source(cause)),
                Err(NoItem::Fault(fault)) => Err(unreadable(self.values.failed_line()).with_source(fault)),
            };
            self.is_at_end = read.is_err();
            if let Some(read) = read.transpose() {
                return Some(read);
            }
        }
        None
    }
}

impl fmt::Debug for ReadItems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadItems").field("is_at_end", &self.is_at_end).finish_non_exhaustive()
    }
}

/// The item of an object; `None` if the object is a deletion.
fn item_of(object: &Object) -> std::result::Result<Option<Item>, crate::wire::Fault> {
    let (kind, body) = write_request(&object.text)?;
    if kind != Kind::Put {
        return Ok(None);
    }
    let (before, after) = kind.around();
    let item = body.get(before.len()..body.len() - after.len()).unwrap_or_default();
    item::from_bytes(item).map(Some)
}

#[cold]
fn unreadable(line: usize) -> Error {
    Error::new(ErrorKind::Input, format!("line {line} of the items cannot be read"))
}
