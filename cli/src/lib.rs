//! The command-line tool `singlet` as a library, so that its tests can run in one process with an embedded DynamoDB.
//!
//! [`run`] runs one [`Command`] in a [`Session`]. The manual is `singlet --help` and the README of this package.

mod arguments;
mod cleanup;
mod completions;
mod cost;
mod definition;
mod escape;
mod exit;
mod export;
mod failure;
mod import;
mod input;
mod inspect;
mod interrupt;
mod line;
mod output;
mod progress;
mod rate_limiter;
mod seconds;
mod session;
mod table;
mod ttl;

pub use arguments::{Arguments, Command};
pub use exit::Exit;
pub use failure::Failure;
pub use interrupt::{Interrupt, Interrupter};
pub use output::Output;
pub use progress::Progress;
pub use session::Session;

/// Runs the tool with a client that is configured by arguments and environment. Failures are printed to standard error.
pub fn main(arguments: &Arguments) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new("cannot start the runtime").with_cause(error).report(),
    };
    let outcome = runtime.block_on(async {
        let session = Session::open(arguments).await?;
        run(&arguments.command, &session).await
    });
    // Without waiting for a thread that may be blocked reading standard input.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|failure| failure.report())
}

/// Runs one command, and returns how it ended.
pub async fn run(command: &Command, session: &Session) -> Result<Exit, Failure> {
    match command {
        Command::Cleanup(command) => command.run(session).await,
        Command::Ttl(command) => command.run(session).await,
        Command::Table(command) => command.run(session).await,
        Command::Import(import) => import.run(session).await,
        Command::Export(export) => export.run(session).await,
        Command::Inspect(inspect) => inspect.run(session).await,
        Command::Cost(cost) => cost.run(session).await,
        Command::Completions(completions) => completions.run(&session.output),
    }
}
