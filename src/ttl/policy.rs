//! When items expire and whether reads extend that: the model's config, the client and the call combined.

use std::time::Duration;

use crate::schema::ModelSchema;
use crate::{Client, Error, ErrorKind, Result, TTLAttribute};

/// How an item is treated that is expired but not yet deleted.
///
/// DynamoDB deletes expired items up to a few days late and returns them to every read until then.
///
/// ```
/// use singlet::{ExpiredItems, Model, ModelConfig, TTLAttribute};
///
/// #[derive(Model)]
/// #[model(table = "sessions")]
/// struct Session {
///     #[model(hash_key)]
///     token: String,
///     expires_at: TTLAttribute,
/// }
///
/// let config = ModelConfig::new("sessions").expired(ExpiredItems::Hide);
/// # drop(config);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiredItems {
    /// Expired items are returned like any other. Use [`is_expired`](crate::Model::is_expired) to recognize them.
    #[default]
    Return,
    /// Expired items are hidden: reads skip them, pages are refilled, and writes treat them as missing.
    Hide,
}

/// The settings of a model's config.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TtlSettings {
    pub(crate) ttl: Option<DefaultTtl>,
    pub(crate) refresh: Option<bool>,
    pub(crate) refresh_after: f64,
    pub(crate) expired: ExpiredItems,
}

/// Without it, each access would be a write of the whole item.
const REFRESH_AFTER: f64 = 0.1;

/// Checks a `refresh_after`.
pub(crate) fn check_refresh_after(part: f64) -> Result<()> {
    if (0.0..=1.0).contains(&part) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Configuration, "`refresh_after` must be a fraction of the ttl, from 0 to 1"))
}

/// How many seconds of a TTL must pass before an access refreshes it again, rounded up.
pub(crate) fn refresh_pause(ttl: Duration, refresh_after: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a ttl, which is checked")]
    let pause = (ttl.as_secs_f64() * refresh_after).ceil() as u64;
    pause
}

impl TtlSettings {
    /// Whether every access extends the TTL, unless a call or the client decides otherwise.
    pub(crate) fn refreshes_always(self) -> bool {
        self.ttl.is_some() && self.refresh != Some(false) && refreshes_each_time(self.refresh_after)
    }
}

fn refreshes_each_time(refresh_after: f64) -> bool {
    refresh_after <= 0.0
}

impl Default for TtlSettings {
    fn default() -> Self {
        TtlSettings { ttl: None, refresh: None, refresh_after: REFRESH_AFTER, expired: ExpiredItems::default() }
    }
}

/// The TTL of an item that is saved without one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DefaultTtl {
    Own(Duration),
    /// The client's default TTL.
    OfClient,
}

const NO_DEFAULT: &str =
    "the model takes its TTL from the client, which has none; call `default_ttl` on the client's builder";

/// The settings for one operation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lifecycle {
    /// The TTL of an item that is saved without one.
    pub(crate) ttl: Option<Duration>,
    /// Whether access extends the TTL.
    pub(crate) refreshes: bool,
    refresh_after: f64,
    /// Whether expired items are hidden.
    pub(crate) hides: bool,
}

impl Lifecycle {
    pub(crate) fn new(settings: TtlSettings, client: &Client, refresh: Option<bool>) -> Result<Self> {
        let ttl = match settings.ttl {
            Some(DefaultTtl::Own(ttl)) => Some(ttl),
            Some(DefaultTtl::OfClient) => {
                // Otherwise the item would never expire, although its model says that it does.
                let none = || Error::new(ErrorKind::Configuration, NO_DEFAULT);
                Some(client.default_ttl().ok_or_else(none)?)
            }
            None => None,
        };
        if ttl.is_some_and(|ttl| ttl.is_zero()) {
            return Err(Error::new(ErrorKind::Configuration, "the TTL is zero"));
        }
        check_refresh_after(settings.refresh_after)?;
        // The call wins over the model, and the model over the client. Without a TTL there is nothing to extend.
        let refreshes = refresh.or(settings.refresh).or(client.refresh_ttl()).unwrap_or(true) && ttl.is_some();
        let hides = settings.expired == ExpiredItems::Hide;
        Ok(Lifecycle { ttl, refreshes, refresh_after: settings.refresh_after, hides })
    }

    /// The expiry that a refresh at `now` in epoch milliseconds sets, if refreshing is enabled.
    pub(crate) fn refreshed(&self, now: i64) -> Option<TTLAttribute> {
        self.after(now).filter(|_| self.refreshes)
    }

    /// Whether every access extends the TTL.
    pub(crate) fn refreshes_always(&self) -> bool {
        refreshes_each_time(self.refresh_after)
    }

    /// The expiry of an item that is created at `now` in epoch milliseconds, if there is a default TTL.
    pub(crate) fn after(&self, now: i64) -> Option<TTLAttribute> {
        Some(TTLAttribute::after_millis(now, self.ttl?).implied())
    }

    /// The latest stored expiry that a read still extends to `new`.
    pub(crate) fn due(&self, new: TTLAttribute) -> i64 {
        // Whole seconds, rounded up. With `refresh_after = 0`, an access in a later second extends the TTL.
        let pause = refresh_pause(self.ttl.unwrap_or_default(), self.refresh_after);
        new.epoch_seconds().saturating_sub_unsigned(pause.max(1))
    }

    /// The TTL attribute of the model's items: the model's own, or the table's if the config makes items expire.
    pub(crate) fn attribute(&self, schema: &ModelSchema) -> Option<&'static str> {
        // A table-wide TTL attribute concerns a model only if its config asks for expiry.
        let of_table = schema.table.ttl.filter(|_| self.ttl.is_some() || self.hides);
        schema.ttl.or(of_table)
    }
}

impl ModelSchema {
    /// The TTL attribute that the model's items may have: the model's own, otherwise the table's.
    pub(crate) const fn expiry(&self) -> Option<&'static str> {
        match self.ttl {
            Some(ttl) => Some(ttl),
            None => self.table.ttl,
        }
    }

    /// Whether the model has a field for the expiry.
    pub(crate) fn has_expiry_field(&self) -> bool {
        self.ttl.is_some_and(|ttl| self.fields.iter().any(|field| field.attribute == ttl))
    }
}
