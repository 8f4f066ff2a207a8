//! The entry of one registration: the requests that write it, and the state that they leave behind.
//!
//! Shared by [`Registration`](super::Registration) and its heartbeat task. Every write after the first requires that
//! the entry still belongs to this registration.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::time::{Instant, timeout};

use super::{RegistrationHealth, RegistrationState, Registry, STALE_BUFFER, STALE_THRESHOLD, ServiceInstance};
use crate::expr::Condition;
use crate::registry::ServiceStatus;
use crate::{Error, ErrorKind, Model, Result, TTLAttribute};

const RUNNING: &str = "an instance with this name and id is running";

const REPLACED: &str = "another registration has taken the id of this instance";

#[derive(Debug)]
pub(super) struct RegistrationEntry {
    registry: Registry,
    /// As it was last sent. Heartbeats are counted when they are sent, not when they are accepted, so that no two that
    /// are sent are equal.
    instance: Mutex<ServiceInstance>,
    /// Held during a request, so that heartbeats, status changes and the final delete never overtake each other.
    request_lock: AsyncMutex<()>,
    health: watch::Sender<RegistrationHealth>,
    /// When the last accepted heartbeat was sent: its TTL counts from then.
    accepted_at: Mutex<Instant>,
}

impl RegistrationEntry {
    /// Writes the first heartbeat, over whatever is stored or, if `exclusive`, only if no running instance has the id.
    pub(super) async fn register(registry: Registry, instance: ServiceInstance, exclusive: bool) -> Result<Self> {
        let (state, accepted) = (RegistrationState::Registered, 0);
        let health = RegistrationHealth { state, accepted, failures: 0, reregistrations: 0 };
        let entry = RegistrationEntry {
            registry,
            instance: Mutex::new(instance),
            request_lock: AsyncMutex::new(()),
            health: watch::Sender::new(health),
            accepted_at: Mutex::new(Instant::now()),
        };
        entry.put(exclusive).await.map_err(|error| match error.kind() {
            ErrorKind::ConditionFailed => entry.refused(&error, RUNNING),
            _ => error,
        })?;
        Ok(entry)
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(super) fn instance(&self) -> ServiceInstance {
        self.lock_instance().clone()
    }

    pub(super) fn health(&self) -> RegistrationHealth {
        *self.health.borrow()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<RegistrationHealth> {
        self.health.subscribe()
    }

    /// When others stop seeing the instance, unless a heartbeat is accepted before.
    pub(super) fn deadline(&self) -> Instant {
        *self.accepted_at.lock().unwrap_or_else(PoisonError::into_inner) + self.registry.ttl()
    }

    /// Sends one heartbeat, with a new status if there is one. Writes the entry again if it no longer exists.
    pub(super) async fn beat(&self, status: Option<ServiceStatus>) -> Result<()> {
        let _turn = self.request_lock.lock().await;
        self.check_active()?;
        self.with_timeout(self.update_or_put(status)).await.map_err(|error| self.handle_failure(error))
    }

    /// Deletes the entry if it still belongs to this registration. No heartbeat is sent from then on.
    pub(super) async fn remove(&self) -> Result<()> {
        let _turn = self.request_lock.lock().await;
        // Before the request, so that no heartbeat is sent after it even if it fails.
        if self.health().state != RegistrationState::Replaced {
            self.set_state(RegistrationState::Deregistered);
        }
        let instance = self.instance();
        let id = &*instance.registration_id;
        let delete = instance.delete().when(|i| i.registration_id.eq(id));
        let delete = delete.client(self.registry.client()).table(self.registry.table());
        match self.with_timeout(delete.into_future()).await {
            // It no longer exists, or belongs to another registration.
            Err(error) if error.is_condition_unmet() => Ok(()),
            outcome => outcome,
        }
    }

    /// Records a failed heartbeat.
    pub(super) fn record_failure(&self) {
        self.health.send_modify(|health| {
            health.failures = health.failures.saturating_add(1);
            if health.state == RegistrationState::Registered {
                health.state = RegistrationState::Failing;
            }
        });
    }

    /// Records that no heartbeat was accepted during the TTL.
    pub(super) fn record_loss(&self) {
        if self.health().state.is_visible() {
            self.set_state(RegistrationState::Lost);
        }
    }

    async fn put(&self, only_if_available: bool) -> Result<()> {
        self.know_time().await?;
        let sent_at = Instant::now();
        let mut next = self.next_heartbeat(None);
        next.registered_at = next.last_heartbeat;
        // Kept for the case that a heartbeat has to write the whole entry again.
        self.lock_instance().registered_at = next.registered_at;
        self.save(&mut next, only_if_available).await?;
        self.accept(next.status, sent_at);
        Ok(())
    }

    async fn update_or_put(&self, status: Option<ServiceStatus>) -> Result<()> {
        self.know_time().await?;
        let sent_at = Instant::now();
        let mut next = self.next_heartbeat(status);
        match self.update(&next).await {
            // Somebody cleaned up the entry. Only if the id is available, because another instance may have it by now.
            Err(error) if error.is_condition_unmet() && error.old_item().is_none() || error.is_not_found() => {
                self.save(&mut next, true).await?;
                self.health.send_modify(|health| health.reregistrations = health.reregistrations.saturating_add(1));
            }
            outcome => outcome?,
        }
        self.accept(next.status, sent_at);
        Ok(())
    }

    /// Awaits a request for at most one interval, so that a request without a response does not block the others.
    async fn with_timeout(&self, request: impl Future<Output = Result<()>>) -> Result<()> {
        timeout(self.registry.heartbeat_interval(), request).await.unwrap_or_else(|_| {
            let message = "the request received no response within the heartbeat interval";
            Err(Error::new(ErrorKind::Timeout, message).with_table(self.registry.table()))
        })
    }

    /// Sends a cheap request to learn DynamoDB's time from the response, unless it is known.
    ///
    /// With a wrong clock a heartbeat could be stale at once, or the entry of a running instance could seem stale.
    async fn know_time(&self) -> Result<()> {
        let ask = async {
            let instance = self.instance();
            let exists = ServiceInstance::exists((&*instance.service_name, &*instance.instance_id));
            exists.client(self.registry.client()).table(self.registry.table()).await
        };
        self.registry.client().know_time(ask).await.map(drop)
    }

    async fn save(&self, next: &mut ServiceInstance, only_if_available: bool) -> Result<()> {
        let now = next.last_heartbeat;
        let save = next.save().client(self.registry.client()).table(self.registry.table());
        if !only_if_available {
            return save.await;
        }
        match save.when(|i| is_available(&i, now)).await {
            // The id of a registration is random, so it shows whose entry an earlier attempt has stored.
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => self.judge(error),
            outcome => outcome,
        }
    }

    /// What an unknown outcome means, by the registration that the stored entry belongs to.
    fn judge(&self, error: Error) -> Result<()> {
        let Some(stored) = error.old_item() else { return Err(error) };
        let stored = ServiceInstance::from_item(stored)?;
        if stored.registration_id == self.lock_instance().registration_id {
            return Ok(());
        }
        Err(self.refused(&error, RUNNING))
    }

    async fn update(&self, next: &ServiceInstance) -> Result<()> {
        // Address and metadata never change, so a heartbeat does not send them.
        ServiceInstance::update((&*next.service_name, &*next.instance_id))
            .set(|i| i.status, next.status.clone())
            .set(|i| i.heartbeats, next.heartbeats)
            .set(|i| i.last_heartbeat, next.last_heartbeat)
            .set_or_remove(|i| i.expires_at, next.expires_at)
            .when(|i| i.registration_id.eq(&*next.registration_id))
            .client(self.registry.client())
            .table(self.registry.table())
            .return_nothing()
            .await
    }

    /// The entry as the next heartbeat writes it.
    fn next_heartbeat(&self, status: Option<ServiceStatus>) -> ServiceInstance {
        // The status is changed in the copy only: it counts once the heartbeat is accepted.
        let mut instance = self.lock_instance();
        instance.beat(self.registry.client().service_now_millis(), self.registry.ttl());
        let mut next = instance.clone();
        if let Some(status) = status {
            next.status = status;
        }
        next
    }

    fn accept(&self, status: ServiceStatus, sent_at: Instant) {
        self.lock_instance().status = status;
        *self.accepted_at.lock().unwrap_or_else(PoisonError::into_inner) = sent_at;
        self.health.send_modify(|health| {
            health.accepted = health.accepted.saturating_add(1);
            health.failures = 0;
            // A final state stays, even if a heartbeat was accepted.
            if !health.state.is_over() {
                health.state = RegistrationState::Registered;
            }
        });
    }

    /// Records why a heartbeat failed.
    fn handle_failure(&self, error: Error) -> Error {
        // Without an item, `update_or_put` has tried to write the entry again: that outcome may be unknown.
        if error.is_condition_failed() || error.kind() == ErrorKind::OutcomeUnknown && error.old_item().is_some() {
            self.set_state(RegistrationState::Replaced);
            return self.refused(&error, REPLACED);
        }
        self.record_failure();
        error
    }

    fn check_active(&self) -> Result<()> {
        match self.health().state {
            RegistrationState::Replaced => Err(self.condition_failed(REPLACED)),
            RegistrationState::Deregistered => Err(self.condition_failed("the instance was deregistered")),
            _ => Ok(()),
        }
    }

    /// The error of a write whose condition was not met. An earlier attempt may have been applied all the same.
    #[cold]
    fn refused(&self, error: &Error, message: &'static str) -> Error {
        self.condition_failed(message).with_maybe_written(error.may_have_been_written())
    }

    #[cold]
    fn condition_failed(&self, message: &'static str) -> Error {
        Error::new(ErrorKind::ConditionFailed, message).with_table(self.registry.table())
    }

    fn set_state(&self, state: RegistrationState) {
        self.health.send_modify(|health| health.state = state);
    }

    fn lock_instance(&self) -> MutexGuard<'_, ServiceInstance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds if there is no entry, or the entry is stale at the time `now` in epoch milliseconds.
fn is_available(i: &<ServiceInstance as Model>::Fields, now: i64) -> Condition<ServiceInstance> {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let expired = TTLAttribute::from_epoch_seconds(now.saturating_sub(millis(STALE_BUFFER)).div_euclid(1000));
    let stale = i.last_heartbeat.lt(now.saturating_sub(millis(STALE_THRESHOLD)));
    i.last_heartbeat.not_exists() | i.expires_at.lt(expired) | (i.expires_at.not_exists() & stale)
}
