//! What all commands share: the client, the output, the progress display and the interrupt.
//!
//! Tests create a session by hand; the binary opens one from arguments and environment.

use std::time::Duration;

use singlet::Client;

use crate::{Arguments, Failure, Interrupt, Output, Progress};

/// Ends a request to an endpoint that does not respond. A page of a scan takes far less.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The environment of a command: its client, its output, and its interrupt.
#[derive(Debug)]
#[non_exhaustive]
pub struct Session {
    /// The client that sends all requests.
    pub client: Client,
    /// Receives results and notes.
    pub output: Output,
    /// Displays the progress.
    pub progress: Progress,
    /// Interrupts the command.
    pub interrupt: Interrupt,
}

impl Session {
    /// Creates a session that uses this client, writes to `output`, shows no progress and is never interrupted.
    pub fn new(client: Client, output: Output) -> Self {
        Session { client, output, progress: Progress::hidden(), interrupt: Interrupt::never() }
    }

    /// Lets `interrupt` interrupt the session.
    pub fn interrupted_by(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// Opens the session of a process: configured by arguments and environment, interrupted by signals.
    pub(crate) async fn open(arguments: &Arguments) -> Result<Self, Failure> {
        let interrupt = Interrupt::by_signals()?;
        let client = client(arguments).await?;
        let output = Output::standard(arguments.json);
        Ok(Session { client, output, progress: Progress::visible(), interrupt })
    }

    /// Awaits the future, or fails as soon as the session is interrupted.
    pub(crate) async fn unless_interrupted<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            // The interrupt comes first, so that it is noticed even if the future is always ready.
            biased;
            () = self.interrupt.requested() => Err(Failure::interrupted()),
            value = future => Ok(value),
        }
    }

    /// Runs `f`, which may block, on a thread of its own. The thread is abandoned if the session is interrupted.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let done = self.unless_interrupted(tokio::task::spawn_blocking(f)).await?;
        done.map_err(|error| Failure::new("internal error").with_cause(error))
    }
}

/// The client that the arguments and the environment describe.
async fn client(arguments: &Arguments) -> Result<Client, Failure> {
    if arguments.command.is_offline() {
        // No request is sent, so that nothing has to be configured.
        return Ok(Client::builder().region("us-east-1").credentials("none", "none", None).build().await?);
    }
    let mut builder = Client::builder().attempt_timeout(ATTEMPT_TIMEOUT);
    if let Some(url) = &arguments.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    if let Some(region) = &arguments.region {
        builder = builder.region(region);
    }
    if let Some(profile) = &arguments.profile {
        builder = builder.profile(profile);
    }
    Ok(builder.build().await?)
}
