//! How long items live: what the model's config, the client and the call say together.

use std::time::Duration;

use crate::schema::ModelSchema;
use crate::{Client, Error, ErrorKind, Result, TTLAttribute};

/// What an item is whose time to live has passed, until DynamoDB deletes it.
///
/// DynamoDB deletes expired items late, up to 48 hours, and gives them to every read until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiredItems {
    /// It is read like any other; [`is_expired`](crate::Model::is_expired) tells.
    #[default]
    Return,
    /// It is not there: reads pass over it, pages are refilled, and writes find nothing under its key.
    Hide,
}

/// What a model's config says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Settings {
    pub(crate) ttl: Option<DefaultTtl>,
    pub(crate) refresh: Option<bool>,
    pub(crate) refresh_after: f64,
    pub(crate) expired: ExpiredItems,
}

/// How long an item lives whose save says nothing of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DefaultTtl {
    Own(Duration),
    /// As long as the client says.
    OfClient,
}

/// What holds for one operation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lifecycle {
    /// How long an item lives whose save says nothing of it.
    pub(crate) ttl: Option<Duration>,
    /// Whether access lengthens lives.
    pub(crate) refreshes: bool,
    refresh_after: f64,
    /// Whether an expired item counts as gone.
    pub(crate) hides: bool,
}

impl Lifecycle {
    pub(crate) fn new(settings: Settings, client: &Client, refresh: Option<bool>) -> Result<Self> {
        let ttl = match settings.ttl {
            Some(DefaultTtl::Own(ttl)) => Some(ttl),
            Some(DefaultTtl::OfClient) => client.default_ttl(),
            None => None,
        };
        if ttl.is_some_and(|ttl| ttl.as_secs() == 0) {
            return Err(Error::new(ErrorKind::Configuration, "a ttl is a second at least"));
        }
        if !(0.0..=1.0).contains(&settings.refresh_after) {
            let message = "`refresh_after` is a part of the ttl, from 0 to 1";
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let refreshes = refresh.or(settings.refresh).or(client.refresh_ttl()).unwrap_or(true) && ttl.is_some();
        let hides = settings.expired == ExpiredItems::Hide;
        Ok(Lifecycle { ttl, refreshes, refresh_after: settings.refresh_after, hides })
    }

    /// The expiry that a refresh gives at `now`, where it is on.
    pub(crate) fn refreshed(&self, now: i64) -> Option<TTLAttribute> {
        self.after(now).filter(|_| self.refreshes)
    }

    /// Whether every access is to lengthen the life.
    pub(crate) fn refreshes_always(&self) -> bool {
        self.refresh_after <= 0.0
    }

    /// The expiry of an item that is made at `now`, where there is a default.
    pub(crate) fn after(&self, now: i64) -> Option<TTLAttribute> {
        let seconds = self.ttl?.as_secs();
        Some(TTLAttribute::from_epoch_seconds(now.saturating_add_unsigned(seconds)))
    }

    /// The latest stored expiry that a read still lengthens to `new`.
    pub(crate) fn due(&self, new: TTLAttribute) -> i64 {
        // Whole seconds, rounded up: at 0 every access of another second counts.
        #[expect(clippy::cast_possible_truncation, reason = "at most a ttl, which is checked")]
        let pause = (self.ttl.unwrap_or_default().as_secs_f64() * self.refresh_after).ceil() as i64;
        new.epoch_seconds().saturating_sub(pause.max(1))
    }

    /// The TTL attribute of the model's items: its own, and the table's where the config gives its items a life.
    pub(crate) fn attribute(&self, schema: &ModelSchema) -> Option<&'static str> {
        let of_table = schema.table.ttl.filter(|_| self.ttl.is_some() || self.hides);
        schema.ttl.or(of_table)
    }
}

impl ModelSchema {
    /// The TTL attribute that the model's items may have: its own, else the table's.
    pub(crate) fn expiry(&self) -> Option<&'static str> {
        self.ttl.or(self.table.ttl)
    }

    /// Whether values carry their expiry in a field.
    pub(crate) fn has_expiry_field(&self) -> bool {
        self.ttl.is_some_and(|ttl| self.fields.iter().any(|field| field.attribute == ttl))
    }
}
