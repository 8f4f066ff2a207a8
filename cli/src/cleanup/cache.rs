use clap::Args;
use serde_json::json;
use singlet::Table as _;
use singlet::cache::CacheTable;

use crate::{Exit, Failure, Session, pace};

/// `singlet cleanup cache`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Removes the records that were last accessed --past-minutes ago or longer, all that have ended, and halves that have lost \
the other one. A record that is used meanwhile stays. Where the cache's active TTL is off, reads leave no trace, and \
only sets and updates count as access. It scans the table, and can be interrupted and run again.")]
pub struct Cache {
    /// Remove what was not accessed for so many minutes
    #[arg(long, value_name = "MINUTES")]
    past_minutes: u64,

    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,

    /// The table of the cache
    #[arg(long, value_name = "NAME", env = "SINGLET_CACHE_TABLE", default_value = CacheTable::SCHEMA.name)]
    table: String,

    /// Consume no more read capacity units per second than this
    #[arg(long, value_name = "UNITS", default_value = "100", value_parser = pace::parse)]
    max_capacity: f64,

    /// Remove no more records per second than this
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
            "orphans": report.orphans,
        });
        let verb = if self.dry_run { "would remove" } else { "removed" };
        let mut parts = vec![format!("{verb} {} of {} records", report.removed, report.seen)];
        if report.kept > 0 {
            parts.push(format!("{} were used meanwhile and stay", report.kept));
        }
        if report.orphans > 0 {
            parts.push(format!("{verb} {} halves without the other one", report.orphans));
        }
        session.output.result(&document, parts.join("; "))?;
        Ok(Exit::Done)
    }
}
