//! The stream of a table's changes (DynamoDB Streams), as a Lambda function receives it or the SDK's streams client reads
//! it.
//!
//! A table has a stream if it is created with [`CreateTable::streams`](crate::CreateTable::streams). A [`StreamEvent`] is
//! a batch of [`StreamRecord`]s, read from the bytes that AWS Lambda passes to a function. Its items are decoded as models
//! by the methods that return them.
//!
//! ```
//! use singlet::Model;
//! use singlet::stream::{EventName, StreamEvent};
//!
//! #[derive(Debug, PartialEq, Model)]
//! #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
//! struct Customer {
//!     id: String,
//!     points: u32,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> singlet::Result<()> {
//! # let payload = br#"{"Records":[{"eventName":"MODIFY","dynamodb":{"SequenceNumber":"111","StreamViewType":"NEW_IMAGE",
//! #   "Keys":{"pk":{"S":"CUSTOMER#c-1"},"sk":{"S":"PROFILE"}},
//! #   "NewImage":{"pk":{"S":"CUSTOMER#c-1"},"sk":{"S":"PROFILE"},"id":{"S":"c-1"},"points":{"N":"7"}}}}]}"#;
//! let event = StreamEvent::from_slice(payload)?;
//! let failures = event
//!     .process(async |record| {
//!         if record.is_of::<Customer>() && record.event() != EventName::Remove {
//!             let customer = record.new_image::<Customer>()?;
//!             assert_eq!(customer, Some(Customer { id: "c-1".into(), points: 7 }));
//!         }
//!         Ok::<_, singlet::Error>(())
//!     })
//!     .await;
//! assert_eq!(failures.to_json(), r#"{"batchItemFailures":[]}"#);
//! # Ok(())
//! # }
//! ```
//!
//! # In a Lambda function
//!
//! With `lambda_runtime`, use `Box<serde_json::value::RawValue>` as the type of the payload and pass
//! `event.payload.get().as_bytes()`. Enable `ReportBatchItemFailures` for the event source and return the
//! [`BatchFailures`]. With the cargo feature `serde` they implement `Serialize`.
//!
//! # Through Kinesis
//!
//! A table can also send its changes to a [Kinesis data stream](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html).
//! [`StreamEvent::from_slice`] reads the event of a Lambda function or an `EventBridge` pipe for such a stream too. The sequence
//! numbers are then those of the Kinesis stream, which the response to Lambda needs. Kinesis may deliver a change twice or
//! out of order.
//!
//! # With the SDK's streams client
//!
//! With the cargo feature `streams`, `Client::streams_sdk` returns this client, also for an
//! embedded DynamoDB, and `StreamRecord::from_sdk` converts its records.

mod event;
mod expired;
#[cfg(feature = "streams")]
mod from_sdk;
mod payload;
mod record;

pub use crate::op::StreamView;
pub use event::{BatchFailures, StreamEvent};
pub use record::{EventName, StreamRecord};
