//! `singlet cleanup services`: the library's registry cleanup, with its report as text or JSON.

use clap::Args;
use serde_json::{Value, json};
use singlet::registry::{
    CleanedInstance, CleanupReason, DEFAULT_TABLE, Registry, RegistryCleanupReport, TABLE_VARIABLE,
};

use crate::escape::Inline;
use crate::{Exit, Failure, Session, rate_limiter};

/// `singlet cleanup services`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Removes entries whose last heartbeat is older than their TTL plus 5 s (35 s by default), entries with the status \
UNHEALTHY or SHUTDOWN, and entries without a TTL, which DynamoDB would never delete. An entry that receives a \
heartbeat during the cleanup is kept. The cleanup scans the table. You can interrupt it and run it again.")]
pub struct Services {
    /// Print what would be removed, without removing anything
    #[arg(long)]
    dry_run: bool,

    /// The table of the registry
    #[arg(long, value_name = "NAME", env = TABLE_VARIABLE, default_value = DEFAULT_TABLE)]
    table: String,

    /// Consume at most this many read capacity units per second
    #[arg(long, value_name = "UNITS", value_parser = rate_limiter::parse)]
    max_capacity: Option<f64>,
}

impl Services {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let registry = Registry::builder(session.client.clone()).table(&self.table).build()?;
        // The number of entries is known once the scan is complete.
        let bar = session.progress.steps(0);
        let shown = bar.clone();
        let mut cleanup = registry.cleanup().dry_run(self.dry_run).progress(move |at| {
            shown.set_length(at.total as u64);
            shown.set_position(at.done as u64);
        });
        if let Some(units) = self.max_capacity {
            cleanup = cleanup.max_capacity_per_second(units);
        }
        let report = cleanup.await;
        bar.finish_and_clear();
        let report = report.map_err(super::failed)?;
        session.output.result(&self.document(&report), text(&report))?;
        Ok(Exit::Done)
    }

    fn document(&self, report: &RegistryCleanupReport) -> Value {
        json!({
            "table": self.table,
            "dry_run": report.dry_run,
            "examined": report.examined,
            "removed": report.removed.iter().map(instance).collect::<Vec<_>>(),
            "kept": report.kept.iter().map(instance).collect::<Vec<_>>(),
        })
    }
}

fn instance(instance: &CleanedInstance) -> Value {
    json!({
        "service": instance.service_name,
        "instance": instance.instance_id,
        "status": instance.status.as_str(),
        "last_heartbeat": instance.last_heartbeat,
        "reasons": instance.reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>(),
    })
}

fn text(report: &RegistryCleanupReport) -> String {
    let verb = if report.dry_run { "would remove" } else { "removed" };
    let mut lines: Vec<_> = report.removed.iter().map(|instance| line(verb, instance)).collect();
    lines.extend(report.kept.iter().map(|instance| line("kept because of a new heartbeat:", instance)));
    lines.push(format!("{verb} {} of {} entries", report.removed.len(), report.examined));
    lines.join("\n")
}

fn line(verb: &str, instance: &CleanedInstance) -> String {
    let reasons: Vec<_> = instance.reasons.iter().map(|reason| reason_text(*reason, instance)).collect();
    let (service, id) = (Inline(&instance.service_name), Inline(&instance.instance_id));
    format!("{verb} {service} {id}: {}", reasons.join(", "))
}

/// An entry without the time of a heartbeat would otherwise seem to be decades old.
fn reason_text(reason: CleanupReason, instance: &CleanedInstance) -> String {
    match reason {
        CleanupReason::Stale { .. } if instance.last_heartbeat == 0 => "no heartbeat".to_owned(),
        reason => reason.to_string(),
    }
}
