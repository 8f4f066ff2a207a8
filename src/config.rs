use std::borrow::Cow;
use std::time::Duration;

use crate::Client;
use crate::ttl::{DefaultTtl, ExpiredItems, TtlSettings};

/// The table, client and limits of one model.
///
/// The derive makes it from `#[model(table = .., max_size = .., skip_hooks, consistent_read)]`; a
/// function makes it at run time with `#[model(config = path::to_fn)]`.
///
/// ```
/// use singlet::{Model, ModelConfig};
///
/// fn audit() -> ModelConfig {
///     let table = std::env::var("AUDIT_TABLE").unwrap_or_else(|_| "audit_logs".into());
///     ModelConfig::new(table).max_size(10_000)
/// }
///
/// #[derive(Model)]
/// #[model(table = "audit_logs", config = audit)]
/// struct AuditLog {
///     #[model(hash_key)]
///     pk: String,
/// }
///
/// assert_eq!(AuditLog::config().table(), "audit_logs");
/// ```
#[derive(Debug, Clone)]
pub struct ModelConfig {
    pub(crate) table: Cow<'static, str>,
    pub(crate) client: Option<Client>,
    pub(crate) max_size: Option<usize>,
    pub(crate) skip_hooks: bool,
    pub(crate) consistent_read: bool,
    pub(crate) lifecycle: TtlSettings,
}

impl ModelConfig {
    /// The settings of a model in `table`; all others have their defaults.
    pub fn new(table: impl Into<Cow<'static, str>>) -> Self {
        ModelConfig {
            table: table.into(),
            client: None,
            max_size: None,
            skip_hooks: false,
            consistent_read: false,
            lifecycle: TtlSettings::default(),
        }
    }

    /// The client of this model, instead of the default client.
    ///
    /// The function that makes the config runs for every operation; keep the client in a
    /// `OnceLock`, a clone is cheap.
    pub fn client(mut self, client: Client) -> Self {
        self.client = Some(client);
        self
    }

    /// The greatest size of an item, in bytes by DynamoDB's rule; checked before a whole item is
    /// written. Without it DynamoDB's own 400 KB (409,600 bytes) hold.
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Whether hooks are left out. A call's own `.skip_hooks(..)` wins.
    pub fn skip_hooks(mut self, skip: bool) -> Self {
        self.skip_hooks = skip;
        self
    }

    /// Whether reads of the table are strongly consistent. A call's own `.consistent()` wins.
    pub fn consistent_read(mut self, consistent: bool) -> Self {
        self.consistent_read = consistent;
        self
    }

    /// How long an item lives whose save says nothing of it. Fractions of a second are cut; less than a second is an
    /// error of kind `Configuration` of every operation.
    ///
    /// Where the model has no TTL field, its saves write the table's TTL attribute by themselves. With a ttl, reads
    /// and writes also lengthen the life of the item: see [`refresh_ttl`](Self::refresh_ttl).
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.lifecycle.ttl = Some(DefaultTtl::Own(ttl));
        self
    }

    /// As [`ttl`](Self::ttl), as long as the client says: [`ClientBuilder::default_ttl`](crate::ClientBuilder::default_ttl).
    pub fn client_ttl(mut self) -> Self {
        self.lifecycle.ttl = Some(DefaultTtl::OfClient);
        self
    }

    /// Whether gets, batches of them, queries, saves and updates lengthen the life of the item to the model's ttl from now; on by
    /// default where there is one. It wins over the client's setting.
    ///
    /// It never shortens a life, never revives what has expired, and gives none to an item without an expiry.
    pub fn refresh_ttl(mut self, refresh: bool) -> Self {
        self.lifecycle.refresh = Some(refresh);
        self
    }

    /// Which part of the ttl has to pass before a read refreshes an item again, from 0 (always) to 1; 0 by default.
    /// Anything else is an error of kind `Configuration` of every operation.
    ///
    /// Each refresh writes the whole item, so 0.1 makes a busy session cheap and its life at most a tenth shorter.
    pub fn refresh_after(mut self, part: f64) -> Self {
        self.lifecycle.refresh_after = part;
        self
    }

    /// What an expired item is until DynamoDB deletes it.
    pub fn expired(mut self, expired: ExpiredItems) -> Self {
        self.lifecycle.expired = expired;
        self
    }

    /// The table.
    pub fn table(&self) -> &str {
        &self.table
    }
}
