//! How long a request and its parts may take.

use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

/// The limits that are set, each above zero where `fault` finds none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Timeouts {
    pub(super) connect: Option<Duration>,
    pub(super) read: Option<Duration>,
    pub(super) operation: Option<Duration>,
    pub(super) attempt: Option<Duration>,
}

impl Timeouts {
    fn named(&self) -> [(Option<Duration>, &'static str); 4] {
        [
            (self.connect, "`connect_timeout` is zero"),
            (self.read, "`read_timeout` is zero"),
            (self.operation, "`operation_timeout` is zero"),
            (self.attempt, "`attempt_timeout` is zero"),
        ]
    }

    /// The first limit of zero.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.named().into_iter().find(|(timeout, _)| *timeout == Some(Duration::ZERO)).map(|(_, fault)| fault)
    }

    /// `None` where nothing is set, so that the SDK's defaults and the environment stay in force.
    pub(super) fn config(&self) -> Option<TimeoutConfig> {
        self.named().iter().any(|(timeout, _)| timeout.is_some()).then(|| {
            let mut config = TimeoutConfig::builder();
            config.set_connect_timeout(self.connect);
            config.set_read_timeout(self.read);
            config.set_operation_timeout(self.operation);
            config.set_operation_attempt_timeout(self.attempt);
            config.build()
        })
    }
}
