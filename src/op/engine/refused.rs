//! Estimates what a refused write is billed: the service does not report it.
//!
//! AWS bills a write whose condition fails by the larger size of the stored item and the new one, and at least one unit. The
//! units of a transaction are those of all its items.

use aws_sdk_dynamodb::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::op::engine::sdk_operation::SdkOperation;
use crate::{item, size, wire};

/// The units of a refused write, of which the sender knows the units that it would consume if there were no item.
pub(super) fn units<R: SdkOperation>(error: &SdkError<R::Error, HttpResponse>, written: Option<f64>) -> f64 {
    let Some(refusal) = error.as_service_error().filter(|error| R::is_refusal(error)) else { return 0.0 };
    let stored = R::stored(refusal).and_then(|item| item::to_bytes(item).ok());
    let stored = stored.map_or(1.0, |item| units_of(&item, 1));
    stored.max(written.unwrap_or_default())
}

/// The write units of an item of so many bytes of JSON, of which a transaction takes twice as many.
pub(crate) fn units_of(item: &[u8], times: u32) -> f64 {
    let bytes = wire::item_size(item).unwrap_or_default();
    f64::from(u32::try_from(size::write_units(bytes)).unwrap_or(u32::MAX)) * f64::from(times)
}
