//! A batch of records and the response to Lambda: [`StreamEvent`], [`BatchFailures`].

use super::payload;
use super::record::StreamRecord;
use crate::{Error, ErrorKind, Result};

/// A batch of stream records in the order of the changes, as AWS Lambda passes it to a function.
///
/// The [module](crate::stream) has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamEvent {
    records: Vec<StreamRecord>,
}

impl StreamEvent {
    /// Reads [the JSON of an event][1], `{"Records":[..]}`, or a list of records, as `EventBridge` Pipes sends it. The records
    /// may come through Kinesis.
    ///
    /// Items are not decoded yet.
    ///
    /// # Errors
    ///
    /// Fails with an error of kind `Decode` if the bytes are not an event of DynamoDB Streams.
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
                Err(Error::new(ErrorKind::Decode, "the bytes are not an event of DynamoDB Streams").with_source(fault))
            }
        }
    }

    /// The records, with the oldest change first.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    ///
    /// let event = StreamEvent::from_slice(br#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111"}}]}"#)?;
    /// assert_eq!(event.records()[0].sequence_number(), "111");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn records(&self) -> &[StreamRecord] {
        &self.records
    }

    /// Returns the records, with the oldest change first.
    ///
    /// Use this to process records in an order of your own, and answer
    /// Lambda with [`BatchFailures::at`].
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    /// let event = StreamEvent::from_slice(br#"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111"}}]}"#)?;
    /// assert_eq!(event.into_records().len(), 1);
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn into_records(self) -> Vec<StreamRecord> {
        self.records
    }

    /// Passes the records to `handler` one after another and stops at the first failure.
    ///
    /// Lambda then [retries from the failed record on][1]. The changes of one item are therefore handled in order, and the
    /// records after a failure are not handled twice.
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
    // Not `AsyncFnMut`: rustc cannot prove yet that its future is `Send`, so this one could not be spawned.
    pub async fn process<F, E>(self, mut handler: impl FnMut(StreamRecord) -> F) -> BatchFailures<E>
    where
        F: Future<Output = Result<(), E>>,
    {
        for record in self.records {
            // Copied before the handler takes the record by value.
            let sequence_number = record.sequence_number().to_owned();
            if let Err(error) = handler(record).await {
                return BatchFailures::at(sequence_number, error);
            }
        }
        BatchFailures::none()
    }
}

/// The first record of a batch that failed, if any: the response of a Lambda function with `ReportBatchItemFailures`.
///
/// Only the first failure matters, because Lambda retries a stream from there on. With the cargo feature `serde` it
/// implements `Serialize`, in the form of [`to_json`](Self::to_json).
///
/// ```
/// use singlet::stream::BatchFailures;
///
/// let failures = BatchFailures::at("111", "no disk");
/// assert_eq!(failures.to_json(), r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#);
/// assert_eq!(BatchFailures::<()>::none().to_json(), r#"{"batchItemFailures":[]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "without this response, Lambda considers every record handled"]
pub struct BatchFailures<E> {
    first: Option<(String, E)>,
}

impl<E> BatchFailures<E> {
    /// Reports that every record was handled.
    ///
    /// ```
    /// # use singlet::stream::BatchFailures;
    /// assert_eq!(BatchFailures::<String>::none().into_result(), Ok(()));
    /// ```
    pub fn none() -> Self {
        BatchFailures { first: None }
    }

    /// Reports that the record with this sequence number failed, and that all records before it were handled.
    pub fn at(sequence_number: impl Into<String>, error: E) -> Self {
        BatchFailures { first: Some((sequence_number.into(), error)) }
    }

    /// The sequence number of the first record that failed.
    ///
    /// ```
    /// # use singlet::stream::BatchFailures;
    /// assert_eq!(BatchFailures::at("111", "timeout").sequence_number(), Some("111"));
    /// ```
    pub fn sequence_number(&self) -> Option<&str> {
        self.first.as_ref().map(|(number, _)| number.as_str())
    }

    /// The error of the handler. It is not sent to Lambda, so log it.
    ///
    /// ```
    /// # use singlet::stream::BatchFailures;
    /// assert_eq!(BatchFailures::at("111", "timeout").error(), Some(&"timeout"));
    /// ```
    pub fn error(&self) -> Option<&E> {
        self.first.as_ref().map(|(_, error)| error)
    }

    /// The response for Lambda: `{"batchItemFailures":[{"itemIdentifier":"111"}]}`, or an empty list.
    ///
    /// ```
    /// # use singlet::stream::BatchFailures;
    /// let failures = BatchFailures::at("111", "timeout");
    /// assert_eq!(failures.to_json(), r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#);
    /// ```
    pub fn to_json(&self) -> String {
        let mut writer = crate::wire::Writer::new();
        writer.open_item();
        writer.key("batchItemFailures");
        writer.raw(b"[");
        if let Some(number) = self.sequence_number() {
            writer.open_item();
            writer.key("itemIdentifier");
            writer.raw_text(number);
            writer.close_item();
        }
        writer.raw(b"]");
        writer.close_item();
        // Only text was written, which does not fail.
        writer.into_bytes().ok().and_then(|json| String::from_utf8(json).ok()).unwrap_or_default()
    }

    /// Converts to a `Result`, for event sources that accept or retry whole batches.
    ///
    /// # Errors
    ///
    /// Returns the error of the handler for the record that failed.
    ///
    /// ```
    /// # use singlet::stream::BatchFailures;
    /// assert_eq!(BatchFailures::at("111", "timeout").into_result(), Err("timeout"));
    /// ```
    pub fn into_result(self) -> Result<(), E> {
        self.first.map_or(Ok(()), |(_, error)| Err(error))
    }
}

#[cfg(feature = "serde")]
impl<E> serde::Serialize for BatchFailures<E> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;

        struct Failure<'a>(&'a str);

        impl serde::Serialize for Failure<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map([("itemIdentifier", self.0)])
            }
        }

        let mut map = serializer.serialize_map(Some(1))?;
        let failures: Vec<_> = self.sequence_number().map(Failure).into_iter().collect();
        map.serialize_entry("batchItemFailures", &failures)?;
        map.end()
    }
}
