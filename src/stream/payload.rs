//! Reads stream events from their JSON.
//!
//! DynamoDB's JSON is JSON, so the reader of items also reads what surrounds them.

use super::StreamView;
use super::record::{StreamRecord, required};
use crate::wire::{Fault, Parsed, Reader};

/// `{"Records":[…]}`, or the list alone, as `EventBridge` Pipes sends it. The records may come through Kinesis.
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
    let mut parts = RecordParts::default();
    parts.read(reader)?;
    // A record of Kinesis contains the change as base64, and has the position that counts.
    if let Some(change) = parts.wrapped.take() {
        let (number, stream_arn) = (parts.sequence_number.take(), parts.stream_arn.take());
        parts = RecordParts::default();
        let mut reader = Reader::new(&change)?;
        parts.read(&mut reader)?;
        reader.finish()?;
        (parts.sequence_number, parts.stream_arn) = (number, stream_arn);
    }
    parts.into_record()
}

/// The members of a record.
#[derive(Default)]
struct RecordParts {
    event: Option<String>,
    event_id: Option<String>,
    stream_arn: Option<String>,
    table: Option<String>,
    is_by_ttl: bool,
    change: RecordBody,
    /// The sequence number of a record of Kinesis.
    sequence_number: Option<String>,
    /// The record inside of a record of Kinesis.
    wrapped: Option<Vec<u8>>,
}

impl RecordParts {
    fn read(&mut self, reader: &mut Reader<'_>) -> Parsed<()> {
        members(reader, |name, reader| {
            match name {
                "eventName" => self.event = text(reader)?,
                "eventID" => self.event_id = text(reader)?,
                "eventSourceARN" => self.stream_arn = text(reader)?,
                "tableName" => self.table = text(reader)?,
                "userIdentity" => self.is_by_ttl = read_identity(reader)?,
                "dynamodb" => self.change = read_change(reader)?,
                // Lambda nests the members of Kinesis, and EventBridge Pipes does not.
                "kinesis" => members(reader, |name, reader| self.read_kinesis(name, reader))?,
                _ => self.read_kinesis(name, reader)?,
            }
            Ok(())
        })
    }

    fn read_kinesis(&mut self, name: &str, reader: &mut Reader<'_>) -> Parsed<()> {
        match name {
            "data" => self.wrapped = Some(reader.raw_binary()?),
            "sequenceNumber" => self.sequence_number = text(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    }

    fn into_record(self) -> Parsed<StreamRecord> {
        let RecordBody { sequence_number, view, created_at, precision, keys, new_image, old_image } = self.change;
        let (event, sequence_number) = required(self.event.as_deref(), self.sequence_number.or(sequence_number))?;
        Ok(StreamRecord {
            event,
            event_id: self.event_id,
            sequence_number,
            stream_arn: self.stream_arn,
            table: self.table,
            view,
            created_at: created_at.map(|time| seconds(time, precision.as_deref())),
            is_by_ttl: self.is_by_ttl,
            keys,
            new_image,
            old_image,
        })
    }
}

/// The member `dynamodb` of a record.
#[derive(Default)]
struct RecordBody {
    sequence_number: Option<String>,
    view: Option<StreamView>,
    created_at: Option<f64>,
    /// `MILLISECOND` or `MICROSECOND`, in records that were sent through Kinesis.
    precision: Option<String>,
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
            "ApproximateCreationDateTime" => change.created_at = number(reader)?,
            "ApproximateCreationDateTimePrecision" => change.precision = text(reader)?,
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

/// Reads a number; `None` for anything else.
fn number(reader: &mut Reader<'_>) -> Parsed<Option<f64>> {
    Ok(std::str::from_utf8(reader.raw_value()?).ok().and_then(|digits| digits.parse().ok()))
}

/// The whole seconds of a time in seconds, milliseconds or microseconds.
///
/// DynamoDB Streams sends seconds. Kinesis gets milliseconds or microseconds, and records of before 2023 do not say which:
/// the size of the number tells, until the year 5138.
#[allow(clippy::cast_possible_truncation, reason = "it saturates, and the time is approximate")]
fn seconds(time: f64, precision: Option<&str>) -> i64 {
    let units = match precision {
        Some("MICROSECOND") => 1e6,
        Some("MILLISECOND") => 1e3,
        _ if time.abs() >= 1e14 => 1e6,
        _ if time.abs() >= 1e11 => 1e3,
        _ => 1.0,
    };
    (time / units).floor() as i64
}

/// Reads an item as bytes, which are decoded later; `None` for `null`.
fn bytes(reader: &mut Reader<'_>) -> Parsed<Option<Vec<u8>>> {
    let item = reader.raw_value()?;
    Ok((item != b"null").then(|| item.to_vec()))
}
