//! `singlet ttl verify`: puts a probe, waits until DynamoDB deletes it, and removes it in any case.

use std::time::Duration;

use aws_sdk_dynamodb::types::TimeToLiveStatus;
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use singlet::Item;
use singlet::tables::TableDescription;
use tokio::time::{Instant, sleep_until};

use super::probe::Probe;
use super::troubleshooting::{self, Check, ProbeState};
use crate::{Exit, Failure, Session, seconds};

/// `singlet ttl verify`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Puts an item with a unique key that expires soon, and reads it until DynamoDB has deleted it. Removes the item in \
any case, also when interrupted. If the item still exists after --timeout, the exit code is 2, and the command \
checks possible reasons, for which it samples up to 100 items of the table.

DynamoDB guarantees no time, but typically deletes within a few days. DynamoDB Local deletes every 10 s, but only \
items that have the keys of all secondary indexes of their table; the item that is put has them.

Consumers of the table's stream see the item; its attribute `singlet_probe` says what it is.")]
pub struct VerifyTtl {
    /// The name of the table
    table: String,

    /// Wait at most this long after the item has expired
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds::parse)]
    timeout: Duration,

    /// Let the item expire after this time, in whole seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    expires_in: u32,

    /// Read the item at this interval
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds::parse)]
    interval: Duration,
}

/// What happened to the probe.
enum ProbeOutcome {
    /// It was deleted this long after its expiry.
    Deleted(Duration),
    /// It was deleted this long before its expiry.
    DeletedEarly(Duration),
    StillThere(Item),
}

/// DynamoDB's time is known to the second only.
const SKEW: Duration = Duration::from_secs(2);

impl VerifyTtl {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let describe = singlet::tables::describe(&self.table).client(&session.client);
        let table = session.unless_interrupted(describe.into_future()).await??;
        let Some(ttl) = deleting_attribute(&table) else {
            session.output.progress_text("DynamoDB would not delete an expired item, so none is put")?;
            let checks = troubleshooting::checks(&session.client, &table, ProbeState::NotPut);
            let checks = session.unless_interrupted(checks).await?;
            return self.report_unmet(session, &table, &checks);
        };
        // By DynamoDB's clock, which the response to describing the table has shown.
        let expires_at = session.client.service_now().saturating_add(self.expires_in.into());
        let probe = Probe::new(&session.client, &table, ttl, expires_at)?;
        let outcome = self.probe(session, &probe).await?;
        match outcome {
            ProbeOutcome::Deleted(after) => self.report_deleted(session, &table, after),
            ProbeOutcome::DeletedEarly(by) => Err(Failure::new(format!(
                "the item was deleted {} s before it expired, so something else deletes items of table `{}`",
                seconds::show(by),
                table.name
            ))),
            ProbeOutcome::StillThere(stored) => {
                let state = if probe.has_its_expiry(&stored) { ProbeState::Intact } else { ProbeState::Changed };
                let checks = troubleshooting::checks(&session.client, &table, state);
                let checks = session.unless_interrupted(checks).await?;
                self.report_unmet(session, &table, &checks)
            }
        }
    }

    /// Puts the probe, watches it, and removes it in any case.
    async fn probe(&self, session: &Session, probe: &Probe<'_>) -> Result<ProbeOutcome, Failure> {
        let wait = seconds::show(self.timeout);
        session.output.progress_text(format_args!(
            "putting an item that expires in {} s, then waiting up to {wait} s for DynamoDB to delete it",
            self.expires_in
        ))?;
        // The put is not interruptible: without its response, it could take effect after the removal.
        let outcome = match probe.put().await {
            Ok(()) => session.unless_interrupted(self.watch(session, probe)).await.flatten(),
            Err(failure) => Err(failure),
        };
        if matches!(outcome, Ok(ProbeOutcome::Deleted(_) | ProbeOutcome::DeletedEarly(_))) {
            return outcome;
        }
        let removed = tokio::select! {
            removed = probe.remove() => removed,
            () = session.interrupt.forced() => Err(Failure::new("the probe was not removed")),
        };
        if let Err(failure) = removed {
            session.output.note(format_args!(
                "singlet: {failure}; it expires by itself, and its attribute `{}` says what it is",
                super::probe::MARK
            ));
        }
        outcome
    }

    async fn watch(&self, session: &Session, probe: &Probe<'_>) -> Result<ProbeOutcome, Failure> {
        let expiry = Instant::now() + probe.expires_in();
        let deadline = expiry + self.timeout;
        let bar = session.progress.open();
        loop {
            show_progress(&bar, expiry, deadline);
            let found = probe.read().await?;
            let now = Instant::now();
            let Some(stored) = found else {
                let early = expiry.saturating_duration_since(now);
                return Ok(if early > SKEW {
                    ProbeOutcome::DeletedEarly(early)
                } else {
                    ProbeOutcome::Deleted(now - expiry.min(now))
                });
            };
            if now >= deadline {
                return Ok(ProbeOutcome::StillThere(stored));
            }
            sleep_until(deadline.min(now + self.interval)).await;
        }
    }

    fn report_deleted(&self, session: &Session, table: &TableDescription, after: Duration) -> Result<Exit, Failure> {
        let document = json!({
            "table": table.name,
            "status": table.ttl.status.as_str(),
            "attribute": table.ttl.attribute,
            "deleted": true,
            "seconds": seconds::number(after),
            "timeout": seconds::number(self.timeout),
            "checks": [],
        });
        let text = format!("DynamoDB deleted the item {} s after it expired", seconds::show(after));
        session.output.result(&document, text)?;
        Ok(Exit::Done)
    }

    fn report_unmet(&self, session: &Session, table: &TableDescription, checks: &[Check]) -> Result<Exit, Failure> {
        let document = json!({
            "table": table.name,
            "status": table.ttl.status.as_str(),
            "attribute": table.ttl.attribute,
            "deleted": false,
            "seconds": null,
            "timeout": seconds::number(self.timeout),
            "checks": checks.iter().map(Check::document).collect::<Vec<_>>(),
        });
        let mut text = "not deleted; possible reasons:".to_owned();
        for check in checks {
            text.push('\n');
            text.push_str(&check.to_string());
        }
        session.output.result(&document, text)?;
        Ok(Exit::Unmet)
    }
}

/// The attribute by which DynamoDB deletes items, or will once it is enabled.
fn deleting_attribute(table: &TableDescription) -> Option<&str> {
    // While it is being enabled, DynamoDB may begin to delete at any time.
    let is_on = matches!(table.ttl.status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
    let ttl = table.ttl.attribute.as_deref().filter(|_| is_on)?;
    troubleshooting::wrong_key_type(table, ttl).is_none().then_some(ttl)
}

fn show_progress(bar: &ProgressBar, expiry: Instant, deadline: Instant) {
    let now = Instant::now();
    bar.set_message(if now < expiry {
        "the item is not expired yet".to_owned()
    } else {
        let most = (deadline - expiry).as_secs();
        format!("expired {} s ago and not deleted yet; waiting up to {most} s", (now - expiry).as_secs())
    });
}
