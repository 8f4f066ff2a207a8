//! The forms in which an import accepts one item, and the checks of an item before it is sent.

use std::borrow::Cow;

use bytes::Bytes;

use crate::Number;
use crate::op::batch::write::Kind;
use crate::size::MAX_ITEM_SIZE;
use crate::wire::{self, Fault, FaultKind, Reader, Tag};

/// Converts an object to a write request. The request contains the bytes of the item, which are checked before.
///
/// The object is an item, `{"Item":{…}}`, a put or delete request, or a line of an incremental export.
pub(super) fn write_request(object: &[u8]) -> Result<(Kind, Bytes), Fault> {
    let members = members(object)?;
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let names: Vec<&str> = members.iter().map(|(key, _)| &**key).collect();
    let wrapped = match names[..] {
        ["Item"] => Some((Kind::Put, member("Item"))),
        ["PutRequest"] => Some((Kind::Put, inner(member("PutRequest"), "Item")?)),
        ["DeleteRequest"] => Some((Kind::Delete, inner(member("DeleteRequest"), "Key")?)),
        // An incremental export: an item that was deleted has no new image.
        _ if is_change(&names) => match member("NewImage") {
            Some(item) => Some((Kind::Put, Some(item))),
            None => Some((Kind::Delete, member("Keys"))),
        },
        _ => None,
    };
    match wrapped {
        // An item may have an attribute named like a wrapper, so the wrapped form is tried first.
        Some((kind, Some(item))) => request(kind, item).or_else(|fault| request(Kind::Put, object).map_err(|_| fault)),
        Some((_, None)) | None => request(Kind::Put, object),
    }
}

type Members<'a> = Vec<(Cow<'a, str>, &'a [u8])>;

fn members(object: &[u8]) -> Result<Members<'_>, Fault> {
    let mut reader = Reader::new(object)?;
    let mut members = Vec::new();
    let mut more = reader.open_map()?;
    while more {
        members.push((reader.key()?, reader.raw_value()?));
        more = reader.more_entries()?;
    }
    reader.finish()?;
    Ok(members)
}

/// The only member of a wrapper, if it has this name.
fn inner<'a>(wrapper: Option<&'a [u8]>, name: &str) -> Result<Option<&'a [u8]>, Fault> {
    let members = members(wrapper.unwrap_or_default())?;
    Ok(match &members[..] {
        [(key, value)] if key == name => Some(*value),
        _ => None,
    })
}

/// Whether the members are those of a line of an [incremental export][1].
///
/// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
fn is_change(names: &[&str]) -> bool {
    const OF_A_CHANGE: [&str; 4] = ["Metadata", "Keys", "NewImage", "OldImage"];
    names.contains(&"Keys") && names.contains(&"Metadata") && names.iter().all(|name| OF_A_CHANGE.contains(name))
}

fn request(kind: Kind, item: &[u8]) -> Result<(Kind, Bytes), Fault> {
    let mut reader = Reader::new(item)?;
    if check_attributes(&mut reader)? == 0 {
        return Err(Fault::new(FaultKind::Syntax, "the item has no attributes"));
    }
    reader.finish()?;
    if wire::item_size(item)? > MAX_ITEM_SIZE {
        return Err(Fault::unstorable("the item is larger than 400 KB"));
    }
    let (before, after) = kind.around();
    Ok((kind, [before, item, after].concat().into()))
}

/// Checks for values that the service would reject with a message that contains the value: invalid numbers and invalid
/// base64. Returns the number of attributes.
fn check_attributes(reader: &mut Reader<'_>) -> Result<usize, Fault> {
    let mut count = 0;
    let mut more = reader.open_map()?;
    while more {
        reader.key()?;
        check_value(reader)?;
        count += 1;
        more = reader.more_entries()?;
    }
    Ok(count)
}

/// Recurses as deeply as the reader allows lists and maps to nest.
fn check_value(reader: &mut Reader<'_>) -> Result<(), Fault> {
    match reader.tag()? {
        Tag::N => check_number(reader)?,
        Tag::B => drop(reader.raw_binary()?),
        Tag::M => drop(check_attributes(reader)?),
        Tag::L => check_elements(reader, check_value)?,
        Tag::Ns => check_elements(reader, check_number)?,
        Tag::Bs => check_elements(reader, |reader| reader.raw_binary().map(drop))?,
        Tag::S => drop(reader.raw_text()?),
        Tag::Ss => check_elements(reader, |reader| reader.raw_text().map(drop))?,
        Tag::Bool | Tag::Null => drop(reader.boolean()?),
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
    number.map(drop).map_err(|_| Fault::invalid("an N is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_becomes_a_request() {
        for (object, request) in [
            (r#"{"a":{"S":"x"}}"#, r#"{"PutRequest":{"Item":{"a":{"S":"x"}}}}"#),
            (r#"{"Item":{"a":{"S":"x"}}}"#, r#"{"PutRequest":{"Item":{"a":{"S":"x"}}}}"#),
            (r#"{"PutRequest":{"Item":{"a":{"S":"x"}}}}"#, r#"{"PutRequest":{"Item":{"a":{"S":"x"}}}}"#),
            (r#"{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}"#, r#"{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}"#),
            (
                r#"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"a":{"S":"x"}},"NewImage":{"a":{"S":"x"},"b":{"N":"1"}}}"#,
                r#"{"PutRequest":{"Item":{"a":{"S":"x"},"b":{"N":"1"}}}}"#,
            ),
            (
                r#"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"a":{"S":"x"}},"OldImage":{"a":{"S":"x"}}}"#,
                r#"{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}"#,
            ),
            // Items with attributes that are called as the wrappers are.
            (r#"{"Item":{"S":"x"}}"#, r#"{"PutRequest":{"Item":{"Item":{"S":"x"}}}}"#),
            (r#"{"PutRequest":{"S":"x"}}"#, r#"{"PutRequest":{"Item":{"PutRequest":{"S":"x"}}}}"#),
            (
                r#"{"Keys":{"S":"x"},"Metadata":{"S":"y"}}"#,
                r#"{"PutRequest":{"Item":{"Keys":{"S":"x"},"Metadata":{"S":"y"}}}}"#,
            ),
            (r#"{"Item":{"S":"x"},"b":{"N":"1"}}"#, r#"{"PutRequest":{"Item":{"Item":{"S":"x"},"b":{"N":"1"}}}}"#),
        ] {
            let (_, body) = write_request(object.as_bytes()).unwrap_or_else(|fault| panic!("{object}: {fault}"));
            assert_eq!(String::from_utf8_lossy(&body), request);
        }
    }

    #[test]
    fn other_objects_are_refused() {
        for object in [
            "{}",
            r#"{"Item":{}}"#,
            r#"{"a":1}"#,
            r#"{"a":"x"}"#,
            r#"{"a":{"X":"x"}}"#,
            r#"{"a":{"S":1}}"#,
            r#"{"a":{"N":"one"}}"#,
            r#"{"a":{"B":"?"}}"#,
            r#"{"a":{"BOOL":"true"}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"Item":{"a":"x"}}"#,
            r#"{"Item":{"a":{"S":"x"}},"Other":1}"#,
            r#"{"PutRequest":{"Key":{"a":{"S":"x"}}}}"#,
            r#"{"DeleteRequest":{"Item":{"a":{"S":"x"}}}}"#,
        ] {
            assert!(write_request(object.as_bytes()).is_err(), "{object}");
        }
    }
}
