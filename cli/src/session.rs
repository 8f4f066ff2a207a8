use singlet::Client;

use crate::{Arguments, Failure, Interrupt, Output, Progress, connection};

/// What a command works with: who sends its requests, where its words go, and what stops it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Session {
    /// Sends the requests.
    pub client: Client,
    /// Takes the results.
    pub output: Output,
    /// Shows how far it has come.
    pub progress: Progress,
    /// Stops it.
    pub interrupt: Interrupt,
}

impl Session {
    /// A session with this client that writes to `output`, shows no progress and is never interrupted.
    pub fn new(client: Client, output: Output) -> Self {
        Session { client, output, progress: Progress::hidden(), interrupt: Interrupt::never() }
    }

    /// This session, stopped by `interrupt`.
    pub fn interrupted_by(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// The session of a process: connected as the arguments and the environment say, stopped by signals.
    pub(crate) async fn open(arguments: &Arguments) -> Result<Self, Failure> {
        let interrupt = Interrupt::by_signals()?;
        let client = connection::client(arguments).await?;
        let output = Output::standard(arguments.json);
        Ok(Session { client, output, progress: Progress::visible(), interrupt })
    }

    /// What the future gives, unless the session is interrupted before.
    pub(crate) async fn unless_interrupted<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.interrupt.requested() => Err(Failure::interrupted()),
            value = future => Ok(value),
        }
    }

    /// What `f` gives, which may block: it runs beside, and is left alone when the session is interrupted.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let done = self.unless_interrupted(tokio::task::spawn_blocking(f)).await?;
        done.map_err(|error| Failure::new("the tool broke down").because(error))
    }
}
