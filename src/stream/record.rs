//! One change of one item: [`StreamRecord`].
//!
//! Images stay bytes until they are decoded. A damaged image therefore fails only for the handler that reads it, and not
//! for the whole batch.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::collection::{Rows, from_bytes};
use crate::error::fault_error;
use crate::key::{Key, KeyValue, RawKey};
use crate::model::fault_of;
use crate::op::StreamView;
use crate::schema::{KeySchema, TableSchema};
use crate::wire::{Fault, FaultKind};
use crate::{Error, ErrorKind, Item, Model, Result, item};

/// What happened to an item.
///
/// ```
/// use singlet::stream::{EventName, StreamEvent};
///
/// let event = StreamEvent::from_slice(br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"111"}}]}"#)?;
/// assert_eq!(event.records()[0].event(), EventName::Insert);
/// # Ok::<(), singlet::Error>(())
/// ```
#[doc(alias = "OperationType")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventName {
    /// The item was written, and no item with its key existed before.
    Insert,
    /// The item was changed or replaced.
    Modify,
    /// The item was deleted.
    Remove,
}

impl EventName {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "INSERT" => Some(EventName::Insert),
            "MODIFY" => Some(EventName::Modify),
            "REMOVE" => Some(EventName::Remove),
            _ => None,
        }
    }
}

/// One change of one item, as recorded in a table's stream.
///
/// The [view](Self::view) of the stream decides what the record contains; what the view leaves out is `None`. Items are
/// decoded by the methods that return them. `Debug` shows no key and no value.
///
/// ```
/// use singlet::Model;
/// use singlet::stream::StreamEvent;
///
/// #[derive(Debug, PartialEq, Model)]
/// #[model(table = "sessions")]
/// struct Session {
///     #[model(hash_key)]
///     pk: String,
/// }
///
/// let event = StreamEvent::from_slice(
///     br#"{"Records":[{"eventName":"REMOVE","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
///     "dynamodb":{"SequenceNumber":"111","Keys":{"pk":{"S":"SESSION#1"}},"OldImage":{"pk":{"S":"SESSION#1"}}}}]}"#,
/// )?;
/// let record = &event.records()[0];
/// assert!(record.is_ttl_deletion());
/// assert_eq!(record.old_image()?, Some(Session { pk: "SESSION#1".into() }));
/// assert_eq!(record.new_image::<Session>()?, None);
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct StreamRecord {
    pub(super) event: EventName,
    pub(super) event_id: Option<String>,
    pub(super) sequence_number: String,
    pub(super) stream_arn: Option<String>,
    /// The name of the table, if the record contains it. Otherwise the ARN of the stream does.
    pub(super) table: Option<String>,
    pub(super) view: Option<StreamView>,
    /// In epoch seconds.
    pub(super) created_at: Option<i64>,
    pub(super) is_by_ttl: bool,
    /// DynamoDB's JSON of one item, here and in the two fields below.
    pub(super) keys: Option<Vec<u8>>,
    pub(super) new_image: Option<Vec<u8>>,
    pub(super) old_image: Option<Vec<u8>>,
}

impl StreamRecord {
    /// What happened to the item: it was inserted, modified or removed.
    pub fn event(&self) -> EventName {
        self.event
    }

    /// The unique id of the record. A record with an id that was seen before is the same change, delivered again.
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// The position of the record in its shard, of the Kinesis stream if one delivered it: many digits, in ascending order.
    pub fn sequence_number(&self) -> &str {
        &self.sequence_number
    }

    /// The name of the table, from the record or the ARN of the stream; `None` if the record contains neither.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    ///
    /// let event = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"INSERT","eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/1",
    ///     "dynamodb":{"SequenceNumber":"111"}}]}"#,
    /// )?;
    /// assert_eq!(event.records()[0].table(), Some("shop"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn table(&self) -> Option<&str> {
        if let Some(table) = &self.table {
            return Some(table);
        }
        // `arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2024-06-27T00:48:05.899`
        let resource = self.stream_arn()?.splitn(6, ':').nth(5)?;
        resource.strip_prefix("table/")?.split('/').next().filter(|name| !name.is_empty())
    }

    /// The ARN of the stream, or of the Kinesis stream that delivered the record; `None` if the record does not contain it.
    pub fn stream_arn(&self) -> Option<&str> {
        self.stream_arn.as_deref()
    }

    /// Which images the records of the stream contain; `None` for a view that is unknown to singlet.
    pub fn view(&self) -> Option<StreamView> {
        self.view
    }

    /// The approximate time of the change, in whole seconds after 1970-01-01T00:00:00Z.
    #[doc(alias = "ApproximateCreationDateTime")]
    pub fn created_at(&self) -> Option<i64> {
        self.created_at
    }

    /// Whether the item belongs to this model.
    ///
    /// The entity attribute of an image decides. Without an image or an entity attribute, the whole key decides: it must match
    /// the model's templates, which can be true for more than one model. Tables are not compared, because one model can be
    /// stored in several tables; use [`table`](Self::table) for that.
    ///
    /// ```
    /// use singlet::Model;
    /// use singlet::stream::StreamEvent;
    ///
    /// #[derive(Model)]
    /// #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
    /// struct Customer {
    ///     id: String,
    /// }
    ///
    /// let event = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111","Keys":{"pk":{"S":"CUSTOMER#c-1"}}}}]}"#,
    /// )?;
    /// let record = &event.records()[0];
    /// assert!(record.is_of::<Customer>());
    /// assert_eq!(record.keys::<Customer>()?.unwrap().parts()?, ("c-1".to_owned(),));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn is_of<M: Model>(&self) -> bool {
        if let (Some(entity), Some(image)) = (M::SCHEMA.entity, self.__new_image().or(self.__old_image())) {
            // If the entity attribute is optional, an item without it may belong to another model, so the key decides.
            let is_own = item::is_of(image, entity);
            if !is_own || !entity.optional {
                return is_own;
            }
        }
        matches!(self.keys::<M>(), Ok(Some(_)))
    }

    /// The item after the change, as a model; `None` if it was deleted or the view leaves it out.
    ///
    /// No hooks run.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `WrongEntity` if the item belongs to another model, and of kind `Decode` if it does not
    /// fit the model.
    pub fn new_image<M: Model>(&self) -> Result<Option<M>> {
        self.decode(self.__new_image())
    }

    /// The item before the change, as a model; `None` if it did not exist or the view leaves it out.
    ///
    /// No hooks run.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `WrongEntity` if the item belongs to another model, and of kind `Decode` if it does not
    /// fit the model.
    pub fn old_image<M: Model>(&self) -> Result<Option<M>> {
        self.decode(self.__old_image())
    }

    /// The item after the change, as the variant of a [collection](crate::Collection) that its entity attribute names, or
    /// that its key identifies in a table without one; `None` if it was deleted or the view leaves it out.
    ///
    /// No hooks run.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `WrongEntity` if the item belongs to no model of the collection, and of kind `Decode` if
    /// it does not fit its model.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    /// use singlet::{Collection, Model, Table};
    ///
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk", entity = "_type")]
    /// struct Shop;
    ///
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = Shop, hash_key = "CUSTOMER#{id}")]
    /// struct Customer {
    ///     id: String,
    /// }
    ///
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = Shop, hash_key = "CUSTOMER#{customer}")]
    /// struct Note {
    ///     customer: String,
    /// }
    ///
    /// #[derive(Debug, PartialEq, Collection)]
    /// enum Row {
    ///     Customer(Customer),
    ///     Note(Note),
    /// }
    ///
    /// let event = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"111",
    ///     "NewImage":{"pk":{"S":"CUSTOMER#c-1"},"_type":{"S":"Note"},"customer":{"S":"c-1"}}}}]}"#,
    /// )?;
    /// let note = Note { customer: "c-1".into() };
    /// assert_eq!(event.records()[0].new_image_as()?, Some(Row::Note(note)));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn new_image_as<C: Rows>(&self) -> Result<Option<C>> {
        self.decode_row(self.__new_image())
    }

    /// Like [`new_image_as`](Self::new_image_as), for the item before the change; `None` if it did not exist.
    ///
    /// # Errors
    ///
    /// Fails for the same reasons.
    pub fn old_image_as<C: Rows>(&self) -> Result<Option<C>> {
        self.decode_row(self.__old_image())
    }

    /// The primary key of the item, as a key of a model. Every view contains it; `None` if the record does not.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `InvalidKey` if the key does not belong to the model.
    pub fn keys<M: Model>(&self) -> Result<Option<Key<M>>> {
        let Some(keys) = &self.keys else { return Ok(None) };
        let raw = item::from_bytes(keys)
            .and_then(|keys| raw_key(keys, M::SCHEMA.table))
            .map_err(|fault| self.fail::<M>(fault))?;
        let key = Key::from_raw(raw);
        key.parts().map_err(|error| self.in_table(error))?;
        Ok(Some(key))
    }

    /// The item after the change, in the SDK's form.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    ///
    /// let event = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"111",
    ///     "NewImage":{"pk":{"S":"CUSTOMER#c-1"},"points":{"N":"7"}}}}]}"#,
    /// )?;
    /// let item = event.records()[0].new_item()?.unwrap();
    /// assert_eq!(item["points"].as_n().unwrap(), "7");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `Decode` if the image is not DynamoDB's JSON.
    pub fn new_item(&self) -> Result<Option<Item>> {
        self.item(self.new_image.as_deref())
    }

    /// The item before the change, in the SDK's form.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `Decode` if the image is not DynamoDB's JSON.
    pub fn old_item(&self) -> Result<Option<Item>> {
        self.item(self.old_image.as_deref())
    }

    /// The attributes of the primary key, in the SDK's form.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `Decode` if the key is not DynamoDB's JSON.
    pub fn key_item(&self) -> Result<Option<Item>> {
        self.item(self.keys.as_deref())
    }

    #[doc(hidden)]
    pub fn __new_image(&self) -> Option<&[u8]> {
        self.new_image.as_deref()
    }

    #[doc(hidden)]
    pub fn __old_image(&self) -> Option<&[u8]> {
        self.old_image.as_deref()
    }

    fn decode_row<C: Rows>(&self, image: Option<&[u8]>) -> Result<Option<C>> {
        let row = image.map(from_bytes::<C>).transpose();
        row.map_err(|fault| self.identified(fault_error(fault, C::SCHEMA.name)))
    }

    fn decode<M: Model>(&self, bytes: Option<&[u8]>) -> Result<Option<M>> {
        bytes.map(|item| item::read(item, M::SCHEMA)).transpose().map_err(|fault| self.fail::<M>(fault))
    }

    fn item(&self, bytes: Option<&[u8]>) -> Result<Option<Item>> {
        bytes.map(item::from_bytes).transpose().map_err(|fault| {
            self.in_table(Error::new(ErrorKind::Decode, "the image is not DynamoDB's JSON").with_source(fault))
        })
    }

    #[cold]
    fn fail<M: Model>(&self, fault: Fault) -> Error {
        self.identified(fault_of::<M>(fault))
    }

    /// The error of an item that cannot be decoded, with its key.
    #[cold]
    fn identified(&self, error: Error) -> Error {
        let key = self.keys.as_deref().and_then(|keys| item::from_bytes(keys).ok());
        self.in_table(error.with_item_key(key))
    }

    pub(super) fn in_table(&self, error: Error) -> Error {
        match self.table() {
            Some(table) => error.with_table(table),
            None => error,
        }
    }
}

/// The primary key, from the attributes of a record's `Keys`.
fn raw_key(mut keys: Item, table: &TableSchema) -> Result<RawKey, Fault> {
    let hash = take_key(&mut keys, &table.hash_key)?;
    let range = table.range_key.map(|key| take_key(&mut keys, &key)).transpose()?;
    Ok(RawKey { hash, range })
}

fn take_key(keys: &mut Item, key: &KeySchema) -> Result<KeyValue, Fault> {
    match keys.remove(key.attribute.name) {
        Some(AttributeValue::S(text)) => Ok(KeyValue::S(text)),
        Some(AttributeValue::N(digits)) => Ok(KeyValue::N(digits)),
        Some(AttributeValue::B(bytes)) => Ok(KeyValue::B(bytes.into_inner())),
        Some(_) => Err(Fault::new(FaultKind::Key, "a key attribute must be a string, a number or bytes")
            .inside(key.attribute.name)),
        None => Err(Fault::new(FaultKind::Key, "the key attribute is missing").inside(key.attribute.name)),
    }
}

/// The two members that every record must have.
pub(super) fn required(event: Option<&str>, sequence_number: Option<String>) -> Result<(EventName, String), Fault> {
    let event = event.and_then(EventName::parse).ok_or_else(|| Fault::invalid("the record has no event name"))?;
    // An empty sequence number in the response to Lambda would make it retry the whole batch.
    let number = sequence_number.filter(|number| !number.is_empty());
    Ok((event, number.ok_or_else(|| Fault::invalid("the record has no sequence number"))?))
}

impl fmt::Debug for StreamRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamRecord")
            .field("event", &self.event)
            .field("table", &self.table())
            .field("sequence_number", &self.sequence_number)
            .field("view", &self.view)
            .field("is_ttl_deletion", &self.is_ttl_deletion())
            .finish_non_exhaustive()
    }
}
