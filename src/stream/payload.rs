//! Reads stream events from their JSON.
//!
//! DynamoDB's JSON is JSON, so the reader of items also reads what surrounds them.

use super::StreamView;
use super::record::{StreamRecord, required};
use crate::wire::{Fault, Parsed, Reader};

/// `{"Records":[…]}`, or the list alone, as `EventBridge` Pipes sends it.
pub(super) fn read(payload: &[u8]) -> Parsed<Vec<StreamRecord>> {
    let mut reader = Reader::new(payload)?;
    let mut records = None;
    if reader.at_list() {
        records = Some(read_records(&mut reader)?);
    } else {
        members(&mut reader, |name, reader| match name {
            "Records" => {
                records = Some(read_records(reader)?);
                Ok(())
            }
            _ => reader.skip(),
        })?;
    }
    reader.finish()?;
    records.ok_or_else(|| Fault::invalid("the event has no records"))
}

fn read_records(reader: &mut Reader<'_>) -> Parsed<Vec<StreamRecord>> {
    let mut records = Vec::new();
    let mut more = reader.open_list()?;
    while more {
        let record = read_record(reader).map_err(|fault| fault.at(records.len()))?;
        records.push(record);
        more = reader.more_elements()?;
    }
    Ok(records)
}

fn read_record(reader: &mut Reader<'_>) -> Parsed<StreamRecord> {
    let mut event = None;
    let mut change = RecordBody::default();
    let (mut event_id, mut stream_arn) = (None, None);
    let mut is_by_ttl = false;
    members(reader, |name, reader| {
        match name {
            "eventName" => event = text(reader)?,
            "eventID" => event_id = text(reader)?,
            "eventSourceARN" => stream_arn = text(reader)?,
            "userIdentity" => is_by_ttl = read_identity(reader)?,
            "dynamodb" => change = read_change(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let RecordBody { sequence_number, view, created_at, keys, new_image, old_image } = change;
    let (event, sequence_number) = required(event.as_deref(), sequence_number)?;
    Ok(StreamRecord {
        event,
        event_id,
        sequence_number,
        stream_arn,
        view,
        created_at,
        is_by_ttl,
        keys,
        new_image,
        old_image,
    })
}

/// The member `dynamodb` of a record.
#[derive(Default)]
struct RecordBody {
    sequence_number: Option<String>,
    view: Option<StreamView>,
    created_at: Option<i64>,
    keys: Option<Vec<u8>>,
    new_image: Option<Vec<u8>>,
    old_image: Option<Vec<u8>>,
}

fn read_change(reader: &mut Reader<'_>) -> Parsed<RecordBody> {
    let mut change = RecordBody::default();
    members(reader, |name, reader| {
        match name {
            "SequenceNumber" => change.sequence_number = text(reader)?,
            "StreamViewType" => change.view = text(reader)?.as_deref().and_then(StreamView::parse),
            "ApproximateCreationDateTime" => change.created_at = seconds(reader)?,
            "Keys" => change.keys = bytes(reader)?,
            "NewImage" => change.new_image = bytes(reader)?,
            "OldImage" => change.old_image = bytes(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(change)
}

/// Whether DynamoDB itself made the change. Lambda's events name the members in lower case; `GetRecords` does not.
fn read_identity(reader: &mut Reader<'_>) -> Parsed<bool> {
    let (mut kind, mut principal) = (None, None);
    members(reader, |name, reader| {
        match name {
            "type" | "Type" => kind = text(reader)?,
            "principalId" | "PrincipalId" => principal = text(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(is_service(kind.as_deref(), principal.as_deref()))
}

pub(super) fn is_service(kind: Option<&str>, principal: Option<&str>) -> bool {
    kind == Some("Service") && principal == Some("dynamodb.amazonaws.com")
}

/// Calls `member` for each member of an object. `null` has no members.
fn members<'a>(reader: &mut Reader<'a>, mut member: impl FnMut(&str, &mut Reader<'a>) -> Parsed<()>) -> Parsed<()> {
    if null(reader)? {
        return Ok(());
    }
    let mut more = reader.open_map()?;
    while more {
        let name = reader.key()?;
        member(&name, reader)?;
        more = reader.more_entries()?;
    }
    Ok(())
}

/// Skips a `null`. Returns whether there was one.
fn null(reader: &mut Reader<'_>) -> Parsed<bool> {
    if reader.at_map() || reader.at_list() {
        return Ok(false);
    }
    let mark = reader.mark();
    let is_null = reader.raw_value()? == b"null";
    if !is_null {
        reader.rewind(&mark);
    }
    Ok(is_null)
}

/// Reads a string; `None` for `null`.
fn text(reader: &mut Reader<'_>) -> Parsed<Option<String>> {
    if null(reader)? { Ok(None) } else { Ok(Some(reader.raw_text()?.into_owned())) }
}

/// Reads a number that may have a fraction as whole seconds.
#[allow(clippy::cast_possible_truncation, reason = "it saturates, and the time is approximate")]
fn seconds(reader: &mut Reader<'_>) -> Parsed<Option<i64>> {
    let number = std::str::from_utf8(reader.raw_value()?).ok().and_then(|digits| digits.parse::<f64>().ok());
    Ok(number.map(|seconds| seconds as i64))
}

/// Reads an item as bytes, which are decoded later; `None` for `null`.
fn bytes(reader: &mut Reader<'_>) -> Parsed<Option<Vec<u8>>> {
    let item = reader.raw_value()?;
    Ok((item != b"null").then(|| item.to_vec()))
}
