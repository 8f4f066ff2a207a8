//! The stream of a table's changes: what a Lambda function is given, or the SDK's streams client reads.
//!
//! A table has a stream when it is created with [`CreateTable::streams`](crate::CreateTable::streams). A [`StreamEvent`]
//! is a batch of [`StreamRecord`]s, read from the bytes that AWS Lambda hands over; the items in it are decoded from
//! those bytes, as models, when they are asked for.
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
//! `lambda_runtime` gives the bytes when the payload's type is `Box<serde_json::value::RawValue>`: pass
//! `event.payload.get().as_bytes()`. Turn on `ReportBatchItemFailures` for the event source, and return the
//! [`BatchFailures`]: with the cargo feature `serde` they are `Serialize`.
//!
//! # With the SDK's streams client
//!
//! With the cargo feature `streams`, [`Client::streams_sdk`](crate::Client::streams_sdk) is that client, also of an
//! embedded DynamoDB, and [`StreamRecord::from_sdk`] takes its records.

mod event;
mod event_name;
mod failures;
#[cfg(feature = "streams")]
mod from_sdk;
mod keys;
mod payload;
mod record;
mod rows;

pub use crate::op::StreamView;
pub use event::StreamEvent;
pub use event_name::EventName;
pub use failures::BatchFailures;
pub use record::StreamRecord;
