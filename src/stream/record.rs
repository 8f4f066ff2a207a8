use std::fmt;

use super::event_name::EventName;
use super::keys::raw_key;
use crate::key::Key;
use crate::model::fault_of;
use crate::op::StreamView;
use crate::wire::Fault;
use crate::{Error, ErrorKind, Item, Model, Result, item};

/// One change of one item, as a table's stream tells it.
///
/// What it holds depends on the [view](Self::view) that the stream was made with: what the view leaves out is `None`.
/// Items are decoded when they are asked for. `Debug` shows no key and no value.
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
    pub(super) view: Option<StreamView>,
    /// Epoch seconds.
    pub(super) created_at: Option<i64>,
    pub(super) is_by_ttl: bool,
    /// DynamoDB's JSON of one item each.
    pub(super) keys: Option<Vec<u8>>,
    pub(super) new_image: Option<Vec<u8>>,
    pub(super) old_image: Option<Vec<u8>>,
}

impl StreamRecord {
    /// What happened to the item.
    pub fn event(&self) -> EventName {
        self.event
    }

    /// Whether DynamoDB itself deleted the item because its time to live had passed.
    ///
    /// It says so by the [user identity][1] of the service.
    ///
    /// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    pub fn is_ttl_deletion(&self) -> bool {
        self.event == EventName::Remove && self.is_by_ttl
    }

    /// The unique id of the record; one that was seen before is the same change again.
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// Where the record stands in its shard: 21 to 40 digits, which grow.
    pub fn sequence_number(&self) -> &str {
        &self.sequence_number
    }

    /// The table's name, from the stream's ARN; `None` where the record does not say it.
    pub fn table(&self) -> Option<&str> {
        // `arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2024-06-27T00:48:05.899`
        let resource = self.stream_arn()?.splitn(6, ':').nth(5)?;
        resource.strip_prefix("table/")?.split('/').next().filter(|name| !name.is_empty())
    }

    /// The ARN of the stream; `None` where the record does not say it.
    pub fn stream_arn(&self) -> Option<&str> {
        self.stream_arn.as_deref()
    }

    /// What the stream's records hold; `None` for a view that is unknown here.
    pub fn view(&self) -> Option<StreamView> {
        self.view
    }

    /// When the change was made, about: whole seconds since 1970-01-01T00:00:00Z.
    pub fn created_at(&self) -> Option<i64> {
        self.created_at
    }

    /// Whether the item is of this model.
    ///
    /// The entity attribute of an image says it. Where there is no image or no such attribute, the key does, which has
    /// to have the form of the model's templates: that may fit more than one model. Tables are not compared, since
    /// one model may live in several; [`table`](Self::table) tells.
    pub fn is_of<M: Model>(&self) -> bool {
        if let (Some(entity), Some(image)) = (M::SCHEMA.entity, self.__new_image().or(self.__old_image())) {
            let is_own = item::is_of(image, entity);
            if !is_own || !entity.optional {
                return is_own;
            }
        }
        matches!(self.keys::<M>(), Ok(Some(_)))
    }

    /// The item after the change, as a model: `None` when it was deleted, or the view leaves it out.
    ///
    /// No hook runs. Errors: `WrongEntity` when it is of another model, `Decode` when it does not fit the model.
    pub fn new_image<M: Model>(&self) -> Result<Option<M>> {
        self.decode(self.__new_image())
    }

    /// The item before the change, as a model: `None` when there was none, or the view leaves it out.
    ///
    /// No hook runs. Errors: `WrongEntity` when it is of another model, `Decode` when it does not fit the model.
    pub fn old_image<M: Model>(&self) -> Result<Option<M>> {
        self.decode(self.__old_image())
    }

    /// The item's primary key, as a model's: every view holds it.
    ///
    /// `None` where the record has none. An error of kind `InvalidKey` when it is not a key of the model.
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
    pub fn new_item(&self) -> Result<Option<Item>> {
        self.item(self.new_image.as_deref())
    }

    /// The item before the change, in the SDK's form.
    pub fn old_item(&self) -> Result<Option<Item>> {
        self.item(self.old_image.as_deref())
    }

    /// The attributes of the item's primary key, in the SDK's form.
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

    fn decode<M: Model>(&self, bytes: Option<&[u8]>) -> Result<Option<M>> {
        bytes.map(|item| item::read(item, M::SCHEMA.entity)).transpose().map_err(|fault| self.fail::<M>(fault))
    }

    fn item(&self, bytes: Option<&[u8]>) -> Result<Option<Item>> {
        bytes.map(item::from_bytes).transpose().map_err(|fault| {
            self.in_table(Error::new(ErrorKind::Decode, "the image is not DynamoDB's JSON").with_source(fault))
        })
    }

    #[cold]
    fn fail<M: Model>(&self, fault: Fault) -> Error {
        self.in_table(fault_of::<M>(fault))
    }

    pub(super) fn in_table(&self, error: Error) -> Error {
        match self.table() {
            Some(table) => error.with_table(table),
            None => error,
        }
    }
}

/// What every record has to say.
pub(super) fn required(event: Option<&str>, sequence_number: Option<String>) -> Result<(EventName, String), Fault> {
    let event = event
        .and_then(EventName::parse)
        .ok_or_else(|| Fault::invalid("the record does not say what happened to the item"))?;
    // An empty one in the answer to Lambda would fail the whole batch.
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
