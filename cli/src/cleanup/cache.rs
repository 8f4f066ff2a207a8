//! `singlet cleanup cache`: the library's cache cleanup, with its limits as options.

use clap::Args;
use serde_json::json;
use singlet::Table as _;
use singlet::cache::CacheTable;

use crate::{Exit, Failure, Session, rate_limiter};

/// `singlet cleanup cache`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Removes expired records, and records that were last accessed --past-minutes ago or earlier. A record that is accessed \
during the cleanup is kept. If the cache does not use active TTL, only sets and updates count as access, because reads \
leave no trace. The cleanup scans the table. You can interrupt it and run it again.")]
pub struct Cache {
    /// Remove records that have not been accessed for this many minutes
    #[arg(long, value_name = "MINUTES")]
    past_minutes: u64,

    /// Count what would be removed, without removing anything
    #[arg(long)]
    dry_run: bool,

    /// The table of the cache
    #[arg(long, value_name = "NAME", env = "SINGLET_CACHE_TABLE", default_value = CacheTable::SCHEMA.name)]
    table: String,

    /// Consume at most this many read capacity units per second
    #[arg(long, value_name = "UNITS", default_value = "100", value_parser = rate_limiter::parse)]
    max_capacity: f64,

    /// Remove at most this many records per second
    #[arg(long, value_name = "RECORDS", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    max_removals: u32,
}

impl Cache {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let cache = singlet::cache::Cache::builder().client(&session.client).table(&self.table).build()?;
        let mut cleanup = cache
            .cleanup_inactive_records(self.past_minutes)
            .max_capacity_per_second(self.max_capacity)
            .max_removals_per_second(self.max_removals);
        if self.dry_run {
            cleanup = cleanup.dry_run();
        }
        let bar = session.progress.open();
        bar.set_message("scanning");
        let report = cleanup.await;
        bar.finish_and_clear();
        let report = report.map_err(super::failed)?;
        let document = json!({
            "table": self.table,
            "dry_run": self.dry_run,
            "seen": report.seen,
            "removed": report.removed,
            "kept": report.kept,
        });
        let verb = if self.dry_run { "would remove" } else { "removed" };
        let mut parts = vec![format!("{verb} {} of {} records", report.removed, report.seen)];
        if report.kept > 0 {
            parts.push(format!("kept {}, which were accessed in the meantime", report.kept));
        }
        session.output.result(&document, parts.join("; "))?;
        Ok(Exit::Done)
    }
}
