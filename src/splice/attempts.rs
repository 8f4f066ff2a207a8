use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use crate::client::ServiceClock;
use crate::{Client, Clock};

/// Counts how often one request is sent, which the SDK does not tell, and hears what time the service says it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempts {
    count: Arc<AtomicU32>,
    dates: Option<Dates>,
}

/// Where the dates of answers go.
#[derive(Debug, Clone)]
struct Dates {
    clock: Clock,
    service_clock: ServiceClock,
    /// When the last attempt began, by the client's clock.
    sent: Arc<AtomicI64>,
}

impl Attempts {
    /// Those of a request of `client`.
    pub(crate) fn of(client: &Client) -> Self {
        let dates = Dates {
            clock: client.clock().clone(),
            service_clock: client.service_clock().clone(),
            sent: Arc::new(AtomicI64::new(client.clock().now_millis())),
        };
        Attempts { count: Arc::default(), dates: Some(dates) }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "singlet::Attempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(dates) = &self.dates {
            dates.sent.store(dates.clock.now_millis(), Ordering::Relaxed);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(millis);
        if let (Some(dates), Some(date)) = (&self.dates, date) {
            dates.service_clock.hear(date, dates.sent.load(Ordering::Relaxed), dates.clock.now_millis());
        }
        Ok(())
    }
}

/// A date that cannot be read is none.
fn millis(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok()?.to_millis().ok()
}
