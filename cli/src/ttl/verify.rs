use std::time::Duration;

use aws_sdk_dynamodb::types::TimeToLiveStatus;
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use singlet::Item;
use singlet::tables::TableDescription;
use tokio::time::{Instant, sleep_until};

use super::check::Check;
use super::probe::Probe;
use super::troubleshooting::{self, ProbeState};
use crate::{Exit, Failure, Session, seconds};

/// `singlet ttl verify`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Puts an item with a key of its own, which expires soon, and reads it until it is gone. It removes the item whatever \
happens, also when it is interrupted. When the item is still there at the end of --timeout, the exit code is 2, and what \
may be the reason is checked step by step; one of the steps looks at up to 100 items of the table.

DynamoDB promises no time: AWS says typically within a few days. DynamoDB Local looks every 10 s, and deletes nothing \
from tables with secondary indexes.

Consumers of the table's stream see the item; its attribute `singlet_probe` says what it is.")]
pub struct Verify {
    /// The table
    table: String,

    /// Wait at most so long after the item has expired
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds::parse)]
    timeout: Duration,

    /// Let the item expire so far from now; whole seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    expires_in: u32,

    /// Look at the item this often
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds::parse)]
    interval: Duration,
}

/// How it ended for the probe.
enum Watched {
    /// Gone, so long after its expiry.
    Gone(Duration),
    /// Gone before its expiry, by so much.
    Early(Duration),
    Still(Item),
}

/// A second more or less is what clocks differ by.
const SKEW: Duration = Duration::from_secs(2);

impl Verify {
    pub(super) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let describe = singlet::tables::describe(&self.table).client(&session.client);
        let table = session.unless_interrupted(describe.into_future()).await??;
        let Some(ttl) = deleting_attribute(&table) else {
            session.output.say("nothing would delete an expired item, so none is put")?;
            let checks = troubleshooting::checks(&session.client, &table, ProbeState::NotPut);
            let checks = session.unless_interrupted(checks).await?;
            return self.report_unmet(session, &table, &checks);
        };
        // By the clock that decides: describing the table has told what that shows.
        let expires_at = session.client.service_now().saturating_add(self.expires_in.into());
        let probe = Probe::new(&session.client, &table, ttl, expires_at)?;
        let watched = self.probe(session, &probe).await?;
        match watched {
            Watched::Gone(after) => self.report_gone(session, &table, after),
            Watched::Early(by) => Err(Failure::new(format!(
                "the probe was gone {} s before it expired: something else deletes items of table `{}`",
                seconds::show(by),
                table.name
            ))),
            Watched::Still(stored) => {
                let state = if probe.has_its_expiry(&stored) { ProbeState::Intact } else { ProbeState::Changed };
                let checks = troubleshooting::checks(&session.client, &table, state);
                let checks = session.unless_interrupted(checks).await?;
                self.report_unmet(session, &table, &checks)
            }
        }
    }

    /// Puts the probe, watches it, and removes it whatever happens.
    async fn probe(&self, session: &Session, probe: &Probe<'_>) -> Result<Watched, Failure> {
        let wait = seconds::show(self.timeout);
        session.output.say(format_args!(
            "putting an item that expires in {} s; waiting up to {wait} s more for DynamoDB to delete it",
            self.expires_in
        ))?;
        // Not interrupted: a put that was sent and not heard out may be done after the removal.
        let watched = match probe.put().await {
            Ok(()) => session.unless_interrupted(self.watch(session, probe)).await.flatten(),
            Err(failure) => Err(failure),
        };
        if matches!(watched, Ok(Watched::Gone(_) | Watched::Early(_))) {
            return watched;
        }
        let removed = tokio::select! {
            removed = probe.remove() => removed,
            () = session.interrupt.insisted() => Err(Failure::new("the probe is not removed")),
        };
        if let Err(failure) = removed {
            session.output.remark(format_args!(
                "singlet: {failure}; it expires by itself, and its attribute `{}` says what it is",
                super::probe::MARK
            ));
        }
        watched
    }

    async fn watch(&self, session: &Session, probe: &Probe<'_>) -> Result<Watched, Failure> {
        let expiry = Instant::now() + probe.expires_in();
        let deadline = expiry + self.timeout;
        let bar = session.progress.open();
        loop {
            tell(&bar, expiry, deadline);
            let found = probe.look().await?;
            let now = Instant::now();
            let Some(stored) = found else {
                let early = expiry.saturating_duration_since(now);
                return Ok(if early > SKEW { Watched::Early(early) } else { Watched::Gone(now - expiry.min(now)) });
            };
            if now >= deadline {
                return Ok(Watched::Still(stored));
            }
            sleep_until(deadline.min(now + self.interval)).await;
        }
    }

    fn report_gone(&self, session: &Session, table: &TableDescription, after: Duration) -> Result<Exit, Failure> {
        let document = json!({
            "table": table.name,
            "status": table.ttl.status.as_str(),
            "attribute": table.ttl.attribute,
            "deleted": true,
            "seconds": seconds::number(after),
            "timeout": seconds::number(self.timeout),
            "checks": [],
        });
        let text = format!("DynamoDB deleted it {} s after it had expired", seconds::show(after));
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
        let mut text = "not deleted; what may be the reason:".to_owned();
        for check in checks {
            text.push('\n');
            text.push_str(&check.to_string());
        }
        session.output.result(&document, text)?;
        Ok(Exit::Unmet)
    }
}

/// The attribute by which DynamoDB deletes, or will.
fn deleting_attribute(table: &TableDescription) -> Option<&str> {
    let is_on = matches!(table.ttl.status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
    let ttl = table.ttl.attribute.as_deref().filter(|_| is_on)?;
    troubleshooting::wrong_key_type(table, ttl).is_none().then_some(ttl)
}

fn tell(bar: &ProgressBar, expiry: Instant, deadline: Instant) {
    let now = Instant::now();
    bar.set_message(if now < expiry {
        "the item has not expired yet".to_owned()
    } else {
        let most = (deadline - expiry).as_secs();
        format!("expired {} s ago, still there; waiting up to {most} s", (now - expiry).as_secs())
    });
}
