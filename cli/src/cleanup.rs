//! `singlet cleanup`: removes stale entries of registries and inactive records of caches.

mod cache;
mod services;

use clap::Subcommand;

use singlet::ErrorKind;

use crate::{Exit, Failure, Session};

/// The cleanup commands.
#[derive(Debug, Subcommand)]
pub enum CleanupCommand {
    /// Remove service instances that are stale, UNHEALTHY, SHUTDOWN, or without a TTL
    Services(services::Services),
    /// Remove cache records that have not been accessed for some time
    Cache(cache::Cache),
}

impl CleanupCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let done = match self {
            CleanupCommand::Services(services) => session.unless_interrupted(services.run(session)).await,
            CleanupCommand::Cache(cache) => session.unless_interrupted(cache.run(session)).await,
        };
        done.map_err(|failure| {
            failure.with_note("entries that were removed stay removed, and you can run the cleanup again")
        })?
    }
}

fn failed(error: singlet::Error) -> Failure {
    let is_absent = error.kind() == ErrorKind::TableNotFound;
    let failure = Failure::from(error);
    if is_absent { failure.with_note("use --table to name another table") } else { failure }
}
