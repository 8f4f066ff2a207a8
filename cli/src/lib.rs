//! What the command line tool `singlet` does, as a library: so that its tests run in one process with an embedded DynamoDB.
//!
//! The manual is `singlet --help` and the README of this package. [`run`] runs one [`Command`] in a [`Session`].

mod arguments;
mod cleanup;
mod connection;
mod exit;
mod export;
mod failure;
mod import;
mod input;
mod interrupt;
mod line;
mod output;
mod pace;
mod progress;
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

/// Runs the tool with a client made from the arguments and the environment; what goes wrong is said on standard error.
pub fn main(arguments: &Arguments) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new("the tool cannot start").because(error).report(),
    };
    let outcome = runtime.block_on(async {
        let session = Session::open(arguments).await?;
        run(&arguments.command, &session).await
    });
    // A read of standard input may be under way.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|failure| failure.report())
}

/// Runs one command; how it ended, unless it failed.
pub async fn run(command: &Command, session: &Session) -> Result<Exit, Failure> {
    match command {
        Command::Cleanup(command) => command.run(session).await,
        Command::Ttl(command) => command.run(session).await,
        Command::Table(command) => command.run(session).await,
        Command::Import(import) => import.run(session).await,
        Command::Export(export) => export.run(session).await,
    }
}
