use super::failures::BatchFailures;
use super::payload;
use super::record::StreamRecord;
use crate::{Error, ErrorKind, Result};

/// A batch of a stream's records, in the order of their changes: what AWS Lambda hands to a function.
///
/// The [module](crate::stream) has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamEvent {
    records: Vec<StreamRecord>,
}

impl StreamEvent {
    /// Reads [the event's JSON][1], `{"Records":[..]}`, or a list of records as `EventBridge` Pipes sends it.
    ///
    /// Items in it are looked at when they are asked for. An error of kind `Decode` when the bytes are no event of
    /// DynamoDB Streams.
    ///
    /// [1]: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    ///
    /// let event = StreamEvent::from_slice(br#"{"Records":[]}"#)?;
    /// assert!(event.records().is_empty());
    /// assert!(StreamEvent::from_slice(br#"{"detail-type":"Scheduled Event"}"#).is_err());
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn from_slice(payload: &[u8]) -> Result<Self> {
        match payload::read(payload) {
            Ok(records) => Ok(StreamEvent { records }),
            Err(fault) => {
                Err(Error::new(ErrorKind::Decode, "the bytes are no event of DynamoDB Streams").with_source(fault))
            }
        }
    }

    /// The records, the oldest change first.
    pub fn records(&self) -> &[StreamRecord] {
        &self.records
    }

    /// The records, the oldest change first.
    pub fn into_records(self) -> Vec<StreamRecord> {
        self.records
    }

    /// Gives the records to `handler` one after another, and stops at the first that fails.
    ///
    /// Lambda sends everything from the failed record on again, [as the answer says][1]. So changes of one item are
    /// handled in their order, and those behind a failure are not handled twice.
    ///
    /// [1]: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let payload = br#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111"}}]}"#;
    /// let event = StreamEvent::from_slice(payload)?;
    /// let failures = event.process(async |_| Err("the index is down")).await;
    /// assert_eq!(failures.error(), Some(&"the index is down"));
    /// assert_eq!(failures.to_json(), r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#);
    /// # Ok(())
    /// # }
    /// ```
    // Not `AsyncFnMut`: rustc cannot see yet that its future is `Send`, so nobody could spawn this one.
    pub async fn process<F, E>(self, mut handler: impl FnMut(StreamRecord) -> F) -> BatchFailures<E>
    where
        F: Future<Output = Result<(), E>>,
    {
        for record in self.records {
            let sequence_number = record.sequence_number().to_owned();
            if let Err(error) = handler(record).await {
                return BatchFailures::at(sequence_number, error);
            }
        }
        BatchFailures::none()
    }
}
