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
pub(crate) struct Attempts(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicU32,
    /// When the last attempt began, by the client's clock.
    sent: AtomicI64,
    /// The client's clocks, where there is a client.
    clocks: Option<(Clock, ServiceClock)>,
}

impl Attempts {
    /// Those of a request of `client`.
    pub(crate) fn of(client: &Client) -> Self {
        let clocks = Some((client.clock().clone(), client.service_clock().clone()));
        Attempts(Arc::new(State { clocks, ..State::default() }))
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.count.load(Ordering::Relaxed)
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
        self.0.count.fetch_add(1, Ordering::Relaxed);
        if let Some((clock, _)) = &self.0.clocks {
            self.0.sent.store(clock.now_millis(), Ordering::Relaxed);
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
        if let (Some((clock, service_clock)), Some(date)) = (&self.0.clocks, date) {
            service_clock.learn(date, self.0.sent.load(Ordering::Relaxed), clock.now_millis());
        }
        Ok(())
    }
}

/// A date that cannot be read is none.
fn millis(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok()?.to_millis().ok()
}
