use std::time::Duration;

/// How a batch asks again for what DynamoDB leaves over.
///
/// That is apart from the SDK's retries: an answer that leaves items over is a success to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchRetries {
    /// Answers in a row that bring nothing further, before a batch gives up; 1 at least.
    pub(crate) tries: u32,
    /// The first pause.
    pub(crate) base: Duration,
}

impl BatchRetries {
    pub(super) fn new(tries: u32, base: Duration) -> Self {
        BatchRetries { tries: tries.max(1), base }
    }
}

impl Default for BatchRetries {
    fn default() -> Self {
        BatchRetries::new(8, Duration::from_millis(50))
    }
}
