//! `singlet cleanup`: what is left over in registries and caches.

mod cache;
mod services;

use clap::Subcommand;

use singlet::ErrorKind;

use crate::{Exit, Failure, Session};

/// The clean-ups.
#[derive(Debug, Subcommand)]
pub enum CleanupCommand {
    /// Remove instances of services that are stale, UNHEALTHY, SHUTDOWN, or without a time to live
    Services(services::Services),
    /// Remove records of a cache that nobody has used for a while
    Cache(cache::Cache),
}

impl CleanupCommand {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let done = match self {
            CleanupCommand::Services(services) => session.unless_interrupted(services.run(session)).await,
            CleanupCommand::Cache(cache) => session.unless_interrupted(cache.run(session)).await,
        };
        done.map_err(|failure| failure.and("what is removed stays so, and the clean-up can be run again"))?
    }
}

fn failed(error: singlet::Error) -> Failure {
    let is_absent = error.kind() == ErrorKind::TableNotFound;
    let failure = Failure::from(error);
    if is_absent { failure.and("--table names another one") } else { failure }
}
