//! What a watch knows of one instance.

use std::time::Duration;

use tokio::time::Instant;

use super::{Change, LeftReason, ServiceInstance};

pub(super) struct Sighting {
    instance: ServiceInstance,
    /// When its heartbeats were last seen to change.
    changed_at: Instant,
    /// Whether it has joined, and not left since.
    is_present: bool,
    /// The registration that this one has replaced.
    before: Option<String>,
}

impl Sighting {
    /// The first time that it is seen: nothing but its times says whether it lives.
    pub(super) fn first(instance: ServiceInstance, now: Instant, service_now: i64, changes: &mut Vec<Change>) -> Self {
        let is_present = !instance.is_stale(service_now);
        if is_present {
            changes.push(Change::Joined(instance.clone()));
        }
        Sighting { instance, changed_at: now, is_present, before: None }
    }

    /// It is seen once more, as `instance`.
    pub(super) fn again(self, instance: ServiceInstance, now: Instant, changes: &mut Vec<Change>) -> Self {
        if instance.registration_id != self.instance.registration_id {
            // An eventually consistent read may still show the registration before.
            if self.before.as_deref() == Some(&*instance.registration_id) {
                return self.unless_silent(now, changes);
            }
            let before = Some(self.instance.registration_id.clone());
            self.leave(LeftReason::Replaced, changes);
            changes.push(Change::Joined(instance.clone()));
            return Sighting { instance, changed_at: now, is_present: true, before };
        }
        let beats = |instance: &ServiceInstance| (instance.heartbeats, instance.last_heartbeat);
        if beats(&instance) <= beats(&self.instance) {
            return self.unless_silent(now, changes);
        }
        if !self.is_present {
            changes.push(Change::Joined(instance.clone()));
        } else if instance.status != self.instance.status {
            let previous = self.instance.status;
            changes.push(Change::StatusChanged { instance: instance.clone(), previous });
        }
        Sighting { instance, changed_at: now, is_present: true, before: self.before }
    }

    /// It is not seen any more, or not as this.
    pub(super) fn leave(self, reason: LeftReason, changes: &mut Vec<Change>) {
        if self.is_present {
            changes.push(Change::Left { instance: self.instance, reason });
        }
    }

    /// Leaves this time out.
    pub(super) fn pass_over(&mut self, time: Duration) {
        self.changed_at += time;
    }

    fn unless_silent(mut self, now: Instant, changes: &mut Vec<Change>) -> Self {
        if self.is_present && now.saturating_duration_since(self.changed_at) > self.instance.stale_after() {
            self.is_present = false;
            changes.push(Change::Left { instance: self.instance.clone(), reason: LeftReason::Silent });
        }
        self
    }
}
