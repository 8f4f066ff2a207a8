//! The stream consumer: it computes the sales per day and counts each change once.

use singlet::stream::{BatchFailures, EventName, StreamEvent, StreamRecord};
use singlet::{Error, ErrorKind, ExpiresIn, Model, Result, Update};
use time::{Date, OffsetDateTime};

use crate::shop::{Changed, Sales, Seen};

/// Counts the orders of a batch. `payload` holds the bytes of the Lambda event.
///
/// The result names the first record that failed, if any. Lambda sends this record and all later ones again. Fails
/// if the bytes are not an event of a stream.
pub async fn handle(payload: &[u8]) -> Result<BatchFailures<Error>> {
    let failures = StreamEvent::from_slice(payload)?.process(count).await;
    if let (Some(number), Some(error)) = (failures.sequence_number(), failures.error()) {
        eprintln!("record {number}: {error}");
    }
    Ok(failures)
}

async fn count(record: StreamRecord) -> Result<()> {
    // An order that expired was archived, not cancelled.
    if record.is_ttl_deletion() {
        return Ok(());
    }
    let day = day(&record);
    match record.event() {
        EventName::Insert => match record.new_image_as()? {
            Some(Changed::Order(order)) => {
                once(&record, Sales::upsert(day).add(|s| s.orders, 1).add(|s| s.cents, order.cents)).await
            }
            _ => Ok(()),
        },
        EventName::Remove => match record.old_image_as()? {
            Some(Changed::Order(_)) => once(&record, Sales::upsert(day).add(|s| s.cancelled, 1)).await,
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Updates the sales of the day unless this record has been counted. Streams deliver a record at least once.
async fn once(record: &StreamRecord, update: Update<'_, Sales>) -> Result<()> {
    let event = record.event_id().unwrap_or(record.sequence_number());
    // A stream keeps its records for one day.
    let mut seen = Seen::builder().event(event).expires_at(ExpiresIn::days(2)).build();
    match singlet::transact_write().write(seen.create()).write(update).await {
        Err(error) if error.kind() == ErrorKind::ConditionFailed => Ok(()),
        outcome => outcome,
    }
}

/// Returns the day of the change.
fn day(record: &StreamRecord) -> Date {
    let created = record.created_at().and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
    created.unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
}
