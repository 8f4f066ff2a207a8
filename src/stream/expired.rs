//! Deletions by TTL: those that the record says, and those that a global table has replicated.

use crate::Model;
use crate::stream::{EventName, StreamRecord};
use crate::ttl::read_expiry;
use crate::wire::Reader;

impl StreamRecord {
    /// Whether DynamoDB deleted the item because it was expired.
    ///
    /// Such records have the [user identity][1] of the service. In a global table, they have it only in the region where the
    /// item was deleted first; see [`is_expired_removal`](Self::is_expired_removal).
    ///
    /// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    pub fn is_ttl_deletion(&self) -> bool {
        self.event == EventName::Remove && self.is_by_ttl
    }

    /// Whether an item of this model was deleted after its expiry: by DynamoDB, by the replication of such a deletion, or
    /// by a program.
    ///
    /// A global table replicates a deletion by TTL as an ordinary deletion, so the records of the other regions do not say
    /// who made it. This method compares the TTL attribute of the old image with the time of the change. It therefore needs
    /// a stream with old images; without them, it recognizes what [`is_ttl_deletion`](Self::is_ttl_deletion) does. A program
    /// that deletes an expired item cannot be told from DynamoDB.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    /// use singlet::{Model, TTLAttribute};
    ///
    /// #[derive(Debug, Model)]
    /// #[model(table = "sessions")]
    /// struct Session {
    ///     #[model(hash_key)]
    ///     pk: String,
    ///     #[model(ttl)]
    ///     expires_at: Option<TTLAttribute>,
    /// }
    ///
    /// let replicated = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111","ApproximateCreationDateTime":1719446885,
    ///     "Keys":{"pk":{"S":"s-1"}},"OldImage":{"pk":{"S":"s-1"},"expires_at":{"N":"1719440000"}}}}]}"#,
    /// )?;
    /// let record = &replicated.records()[0];
    /// assert!(!record.is_ttl_deletion());
    /// assert!(record.is_expired_removal::<Session>());
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn is_expired_removal<M: Model>(&self) -> bool {
        if self.is_ttl_deletion() {
            return self.is_of::<M>();
        }
        let expires_at = || {
            let mut reader = Reader::new(self.__old_image()?).ok()?;
            read_expiry(&mut reader, M::SCHEMA.expiry()?).ok()?
        };
        let is_expired = || Some(expires_at()? <= self.created_at()?);
        self.event == EventName::Remove && self.is_of::<M>() && is_expired().unwrap_or_default()
    }
}
