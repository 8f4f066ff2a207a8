//! Conversion of records from the SDK's streams client.
//!
//! Its attribute values are another type than those of the DynamoDB client. They are written as bytes, so that the same
//! code decodes all records.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::types::{AttributeValue, Identity, OperationType, Record};

use super::StreamView;
use super::payload::is_service;
use super::record::{StreamRecord, required};
use crate::wire::{Fault, Tag, Writer};
use crate::{Error, ErrorKind, Result};

impl StreamRecord {
    /// Converts a record that the SDK's streams client has read from the stream `stream_arn`.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `Decode` if the record has no sequence number or no event name.
    ///
    /// ```
    /// # use singlet::{Client, Table};
    /// use aws_sdk_dynamodbstreams::types::{OperationType, Record, StreamRecord as Change};
    /// use singlet::stream::{EventName, StreamRecord};
    ///
    /// let change = Change::builder().sequence_number("111").build();
    /// let record = Record::builder().event_name(OperationType::Insert).dynamodb(change).build();
    ///
    /// let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2024-06-27T00:48:05.899";
    /// let record = StreamRecord::from_sdk(&record, arn)?;
    /// assert_eq!((record.event(), record.table()), (EventName::Insert, Some("shop")));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn from_sdk(record: &Record, stream_arn: &str) -> Result<Self> {
        read(record, stream_arn)
            .map_err(|fault| Error::new(ErrorKind::Decode, "the stream record cannot be read").with_source(fault))
    }
}

fn read(record: &Record, stream_arn: &str) -> Result<StreamRecord, Fault> {
    let change = record.dynamodb().ok_or_else(|| Fault::invalid("the record has no change"))?;
    let event = record.event_name().map(OperationType::as_str);
    let (event, sequence_number) = required(event, change.sequence_number().map(str::to_owned))?;
    let identity = record.user_identity();
    Ok(StreamRecord {
        event,
        event_id: record.event_id().map(str::to_owned),
        sequence_number,
        stream_arn: Some(stream_arn.to_owned()),
        table: None,
        view: change.stream_view_type().and_then(|view| StreamView::parse(view.as_str())),
        created_at: change.approximate_creation_date_time().map(aws_smithy_types::DateTime::secs),
        is_by_ttl: is_service(identity.and_then(Identity::r#type), identity.and_then(Identity::principal_id)),
        keys: change.keys().map(to_bytes).transpose()?,
        new_image: change.new_image().map(to_bytes).transpose()?,
        old_image: change.old_image().map(to_bytes).transpose()?,
    })
}

fn to_bytes(item: &HashMap<String, AttributeValue>) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer::new();
    writer.open_item();
    write_entries(item, &mut writer);
    writer.close_item();
    writer.into_bytes()
}

fn write_entries(entries: &HashMap<String, AttributeValue>, writer: &mut Writer) {
    for (name, value) in entries {
        writer.key(name);
        write_value(value, writer);
    }
}

fn write_value(value: &AttributeValue, writer: &mut Writer) {
    match value {
        AttributeValue::S(text) => writer.string(text),
        AttributeValue::N(digits) => writer.digits(digits),
        AttributeValue::B(bytes) => writer.binary(bytes.as_ref()),
        AttributeValue::Bool(value) => writer.boolean(*value),
        AttributeValue::Null(_) => writer.null(),
        AttributeValue::Ss(texts) => write_set(Tag::Ss, texts, writer, |text, w| w.raw_text(text)),
        AttributeValue::Ns(numbers) => write_set(Tag::Ns, numbers, writer, |digits, w| w.raw_text(digits)),
        AttributeValue::Bs(blobs) => write_set(Tag::Bs, blobs, writer, |blob, w| w.raw_binary(blob.as_ref())),
        AttributeValue::L(list) => {
            writer.open_list();
            // The writer has recorded a fault for a value that is too deep. Writing on could overflow the stack.
            if !writer.is_too_deep() {
                for value in list {
                    writer.element();
                    write_value(value, writer);
                }
            }
            writer.close_list();
        }
        AttributeValue::M(map) => {
            writer.open_map();
            if !writer.is_too_deep() {
                write_entries(map, writer);
            }
            writer.close_map();
        }
        _ => writer.fail(Fault::unstorable("the attribute value has a type that singlet does not support")),
    }
}

fn write_set<T>(tag: Tag, elements: &[T], writer: &mut Writer, write: fn(&T, &mut Writer)) {
    writer.open_set(tag);
    for element in elements {
        writer.element();
        write(element, writer);
    }
    writer.close_set();
}
