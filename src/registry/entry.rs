//! The entry of one registration: what is sent for it, and what is known of it.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Gate, watch};
use tokio::time::{Instant, timeout};

use super::{RegistrationHealth, RegistrationState, Registry, STALE_BUFFER, STALE_THRESHOLD, ServiceInstance};
use crate::expr::Condition;
use crate::registry::ServiceStatus;
use crate::{Error, ErrorKind, Model, Result, TTLAttribute};

const REPLACED: &str = "another registration has taken the id of this instance";

#[derive(Debug)]
pub(super) struct Entry {
    registry: Registry,
    /// As it was sent last. Its heartbeats are counted when they are sent, so that no two that are sent are alike.
    instance: Mutex<ServiceInstance>,
    /// One request at a time.
    gate: Gate<()>,
    health: watch::Sender<RegistrationHealth>,
    /// When the last heartbeat that was accepted was sent: its time to live counts from then.
    accepted_at: Mutex<Instant>,
}

impl Entry {
    /// Writes the first heartbeat: over whatever stands there, or only where nothing that lives does.
    pub(super) async fn register(registry: Registry, instance: ServiceInstance, exclusive: bool) -> Result<Self> {
        let (state, accepted) = (RegistrationState::Registered, 0);
        let health = RegistrationHealth { state, accepted, failures: 0, reregistrations: 0 };
        let entry = Entry {
            registry,
            instance: Mutex::new(instance),
            gate: Gate::new(()),
            health: watch::Sender::new(health),
            accepted_at: Mutex::new(Instant::now()),
        };
        if entry.registry.client().clock_offset().is_none() {
            entry.ask_the_time().await?;
        }
        entry.put(exclusive).await.map_err(|error| match error.kind() {
            ErrorKind::ConditionFailed => entry.refused("there is a living instance of this name and id"),
            _ => error,
        })?;
        Ok(entry)
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(super) fn instance(&self) -> ServiceInstance {
        self.locked().clone()
    }

    pub(super) fn health(&self) -> RegistrationHealth {
        *self.health.borrow()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<RegistrationHealth> {
        self.health.subscribe()
    }

    /// When others stop to see the instance unless a heartbeat is accepted before.
    pub(super) fn deadline(&self) -> Instant {
        *self.accepted_at.lock().unwrap_or_else(PoisonError::into_inner) + self.registry.ttl()
    }

    /// Sends one heartbeat, with another status where one is given; writes the entry anew if it is gone.
    pub(super) async fn beat(&self, status: Option<ServiceStatus>) -> Result<()> {
        let _turn = self.gate.lock().await;
        self.check_not_over()?;
        self.in_time(self.update_or_put(status)).await.map_err(|error| self.failed(error))
    }

    /// Deletes the entry, if it is still this registration's. No heartbeat is sent from then on.
    pub(super) async fn remove(&self) -> Result<()> {
        let _turn = self.gate.lock().await;
        if self.health().state != RegistrationState::Replaced {
            self.set_state(RegistrationState::Deregistered);
        }
        let instance = self.instance();
        let id = &*instance.registration_id;
        let delete = instance.delete().when(|i| i.registration_id.eq(id));
        let delete = delete.client(self.registry.client()).table(self.registry.table());
        match self.in_time(delete.into_future()).await {
            // Gone already, or another's.
            Err(error) if error.is_condition_failed() => Ok(()),
            outcome => outcome,
        }
    }

    /// Notes a heartbeat that failed without an answer.
    pub(super) fn note_failure(&self) {
        self.health.send_modify(|health| {
            health.failures = health.failures.saturating_add(1);
            if health.state == RegistrationState::Registered {
                health.state = RegistrationState::Failing;
            }
        });
    }

    /// Notes that no heartbeat was accepted in time.
    pub(super) fn note_loss(&self) {
        if self.health().state.is_visible() {
            self.set_state(RegistrationState::Lost);
        }
    }

    async fn put(&self, only_if_free: bool) -> Result<()> {
        let sent_at = Instant::now();
        let mut next = self.next(None);
        next.registered_at = next.last_heartbeat;
        self.locked().registered_at = next.registered_at;
        self.save(&mut next, only_if_free).await?;
        self.accept(next.status, sent_at);
        Ok(())
    }

    async fn update_or_put(&self, status: Option<ServiceStatus>) -> Result<()> {
        let sent_at = Instant::now();
        let mut next = self.next(status);
        match self.update(&next).await {
            Err(error) if error.is_not_found() => {
                self.save(&mut next, true).await?;
                self.health.send_modify(|health| health.reregistrations = health.reregistrations.saturating_add(1));
            }
            outcome => outcome?,
        }
        self.accept(next.status, sent_at);
        Ok(())
    }

    /// A request that hangs must hold up no other.
    async fn in_time(&self, request: impl Future<Output = Result<()>>) -> Result<()> {
        timeout(self.registry.heartbeat_interval(), request).await.unwrap_or_else(|_| {
            let message = "the request was not answered within the heartbeat interval";
            Err(Error::new(ErrorKind::Timeout, message).with_table(self.registry.table()))
        })
    }

    /// Any answer tells what time it is. By a clock that is wrong, the entry would be stale, or one that lives would
    /// seem to be.
    async fn ask_the_time(&self) -> Result<()> {
        let instance = self.instance();
        let exists = ServiceInstance::exists((&*instance.service_name, &*instance.instance_id));
        exists.client(self.registry.client()).table(self.registry.table()).await?;
        Ok(())
    }

    async fn save(&self, next: &mut ServiceInstance, only_if_free: bool) -> Result<()> {
        let now = next.last_heartbeat;
        let save = next.save().client(self.registry.client()).table(self.registry.table());
        if only_if_free { save.when(|i| free(&i, now)).await } else { save.await }
    }

    async fn update(&self, next: &ServiceInstance) -> Result<()> {
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

    /// The entry as the next heartbeat makes it.
    fn next(&self, status: Option<ServiceStatus>) -> ServiceInstance {
        let mut instance = self.locked();
        instance.beat(self.registry.client().service_now_millis(), self.registry.ttl());
        let mut next = instance.clone();
        if let Some(status) = status {
            next.status = status;
        }
        next
    }

    fn accept(&self, status: ServiceStatus, sent_at: Instant) {
        self.locked().status = status;
        *self.accepted_at.lock().unwrap_or_else(PoisonError::into_inner) = sent_at;
        self.health.send_modify(|health| {
            health.accepted = health.accepted.saturating_add(1);
            health.failures = 0;
            if !health.state.is_over() {
                health.state = RegistrationState::Registered;
            }
        });
    }

    /// Notes why a heartbeat was refused.
    fn failed(&self, error: Error) -> Error {
        if error.is_condition_failed() {
            self.set_state(RegistrationState::Replaced);
            return self.refused(REPLACED);
        }
        self.note_failure();
        error
    }

    fn check_not_over(&self) -> Result<()> {
        match self.health().state {
            RegistrationState::Replaced => Err(self.refused(REPLACED)),
            RegistrationState::Deregistered => Err(self.refused("the instance was deregistered")),
            _ => Ok(()),
        }
    }

    #[cold]
    fn refused(&self, message: &'static str) -> Error {
        Error::new(ErrorKind::ConditionFailed, message).with_table(self.registry.table())
    }

    fn set_state(&self, state: RegistrationState) {
        self.health.send_modify(|health| health.state = state);
    }

    fn locked(&self) -> MutexGuard<'_, ServiceInstance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds where there is no entry, or one that is stale at the time `now` in epoch milliseconds.
fn free(i: &<ServiceInstance as Model>::Fields, now: i64) -> Condition<ServiceInstance> {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let expired = TTLAttribute::from_epoch_seconds(now.saturating_sub(millis(STALE_BUFFER)).div_euclid(1000));
    let stale = i.last_heartbeat.lt(now.saturating_sub(millis(STALE_THRESHOLD)));
    i.last_heartbeat.not_exists() | i.expires_at.lt(expired) | (i.expires_at.not_exists() & stale)
}
