//! The settings of one model: its table, client, limits and TTL.
//!
//! Every operation reads them once. A setting on the call takes precedence over these, and these take precedence over
//! the client's.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::schema::TableSchema;
use crate::ttl::{DefaultTtl, ExpiredItems, TtlSettings};
use crate::{Client, Result};

/// The table, client, limits and TTL of one model.
///
/// The derive builds it from the options of `#[model(..)]`, such as `table`, `max_size` and `consistent_read`. With
/// `#[model(config = path::to_fn)]`, a function of yours builds it at run time.
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
#[derive(Clone)]
pub struct ModelConfig {
    // A derived config borrows its name, so an operation allocates nothing for it.
    pub(crate) table: Cow<'static, str>,
    /// The name that the table was declared with, if it was.
    declared: Option<&'static str>,
    pub(crate) client: Option<Client>,
    pub(crate) max_size: Option<usize>,
    pub(crate) skip_hooks: bool,
    pub(crate) consistent_read: bool,
    pub(crate) lifecycle: TtlSettings,
}

// Not derived: the declared name is the model's and no setting.
impl fmt::Debug for ModelConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ModelConfig { table, declared: _, client, max_size, skip_hooks, consistent_read, lifecycle } = self;
        f.debug_struct("ModelConfig")
            .field("table", table)
            .field("client", client)
            .field("max_size", max_size)
            .field("skip_hooks", skip_hooks)
            .field("consistent_read", consistent_read)
            .field("lifecycle", lifecycle)
            .finish()
    }
}

impl ModelConfig {
    /// The settings of a model in `table`, with the defaults for everything else.
    ///
    /// If `table` is the name that the model declares, the client's [table names](crate::ClientBuilder::table_name) apply
    /// to it. Another name is an exception: it is sent as it is.
    ///
    /// ```
    /// assert_eq!(singlet::ModelConfig::new("audit_logs").table(), "audit_logs");
    /// ```
    pub fn new(table: impl Into<Cow<'static, str>>) -> Self {
        ModelConfig {
            table: table.into(),
            declared: None,
            client: None,
            max_size: None,
            skip_hooks: false,
            consistent_read: false,
            lifecycle: TtlSettings::default(),
        }
    }

    /// The client of this model, instead of the default client.
    ///
    /// The config function runs for every operation. Keep the client in a `OnceLock`; cloning it is cheap.
    ///
    /// ```
    /// use std::sync::OnceLock;
    /// use singlet::{Client, ModelConfig};
    ///
    /// fn audit() -> ModelConfig {
    ///     static CLIENT: OnceLock<Client> = OnceLock::new();
    ///     ModelConfig::new("audit_logs").client(CLIENT.get_or_init(Client::embedded).clone())
    /// }
    /// # audit();
    /// ```
    pub fn client(mut self, client: Client) -> Self {
        self.client = Some(client);
        self
    }

    /// The maximum size of an item in bytes, by DynamoDB's rule. The default is DynamoDB's own limit of 400 KB (409,600
    /// bytes).
    ///
    /// It is checked before a whole item is written: by saves, creates, and puts in batches and transactions.
    ///
    /// An update sends only a part of its item, and DynamoDB has no condition on the size of an item, so the size is known
    /// only afterwards, from the item that the update returns. If that item is too large, the update was applied, the local
    /// value of a `modify` is the stored item, and the error is of kind [`TooLarge`](crate::ErrorKind::TooLarge) with
    /// [`may_have_been_written`](crate::Error::may_have_been_written). An update that returns nothing or the old item, and one
    /// in a transaction without a local value, is not checked. To refuse an update before it is applied, give it a
    /// condition on the size of the attribute that grows, such as `.when(|d| d.entries.size().lt(100))`.
    ///
    /// ```
    /// let config = singlet::ModelConfig::new("audit_logs").max_size(10_000);
    /// ```
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Whether the model's hooks are disabled. `.skip_hooks(..)` on a call takes precedence.
    ///
    /// ```
    /// let config = singlet::ModelConfig::new("audit_logs").skip_hooks(true);
    /// ```
    pub fn skip_hooks(mut self, skip: bool) -> Self {
        self.skip_hooks = skip;
        self
    }

    /// Whether reads of the table are strongly consistent. `.consistent()` on a call takes precedence.
    ///
    /// ```
    /// let config = singlet::ModelConfig::new("accounts").consistent_read(true);
    /// ```
    #[doc(alias = "ConsistentRead")]
    pub fn consistent_read(mut self, consistent: bool) -> Self {
        self.consistent_read = consistent;
        self
    }

    /// The TTL of an item whose save sets no expiry.
    ///
    /// It is rounded up to a whole second, so an item lives for at least this time. With zero, every operation fails with
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). If the model has no TTL field, its saves write the
    /// table's TTL attribute automatically. Reads and writes then also extend the TTL of an item: see
    /// [`refresh_ttl`](Self::refresh_ttl).
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = singlet::ModelConfig::new("sessions").ttl(Duration::from_secs(30 * 60));
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.lifecycle.ttl = Some(DefaultTtl::Own(ttl));
        self
    }

    /// Like [`ttl`](Self::ttl), with the duration of the client:
    /// [`ClientBuilder::default_ttl`](crate::ClientBuilder::default_ttl). With a client that has none, every operation
    /// fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    ///
    /// ```
    /// let config = singlet::ModelConfig::new("sessions").client_ttl();
    /// ```
    pub fn client_ttl(mut self) -> Self {
        self.lifecycle.ttl = Some(DefaultTtl::OfClient);
        self
    }

    /// Whether an access extends the TTL of an item, counted from now. The default is yes for a model with a TTL. This
    /// takes precedence over the client's setting.
    ///
    /// Gets, batches of gets, queries, saves and updates are accesses. A refresh never shortens a TTL, never revives an
    /// expired item, and sets no expiry on an item that has none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = singlet::ModelConfig::new("one_time_codes").ttl(Duration::from_mins(5)).refresh_ttl(false);
    /// ```
    pub fn refresh_ttl(mut self, refresh: bool) -> Self {
        self.lifecycle.refresh = Some(refresh);
        self
    }

    /// The part of the TTL that must pass before an access refreshes an item again, from 0 (always) to 1. The default is 0.1.
    ///
    /// A refresh is billed as a write of the whole item. With the default, a busy session costs little, and expires at most
    /// a tenth of its TTL early. With 0, each get is one write that returns the item; if there is no item, DynamoDB bills a
    /// refused write and a read.
    ///
    /// It applies to reads, to updates of a local value ([`modify`](crate::Model::modify) and
    /// [`update_from`](crate::Model::update_from)), and to updates whose refresh takes a request of its own. An update by key
    /// refreshes in its own request, which costs nothing.
    ///
    /// With a number outside of that range, every
    /// operation fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = singlet::ModelConfig::new("sessions").ttl(Duration::from_secs(3_600)).refresh_after(0.1);
    /// ```
    pub fn refresh_after(mut self, part: f64) -> Self {
        self.lifecycle.refresh_after = part;
        self
    }

    /// How operations treat expired items until DynamoDB deletes them.
    ///
    /// ```
    /// use singlet::{ExpiredItems, ModelConfig};
    /// let config = ModelConfig::new("sessions").expired(ExpiredItems::Hide);
    /// ```
    pub fn expired(mut self, expired: ExpiredItems) -> Self {
        self.lifecycle.expired = expired;
        self
    }

    /// The name of the table, before the client's [table names](crate::ClientBuilder::table_name) apply to it.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Adds the table that the model declares.
    #[doc(hidden)]
    #[must_use]
    pub fn __declared(mut self, table: &'static TableSchema) -> Self {
        self.declared = Some(table.name);
        self
    }

    /// The settings of a table without a model.
    pub(crate) fn of_table(table: &'static TableSchema) -> Self {
        ModelConfig::new(table.name).__declared(table)
    }

    /// The name of the table that requests of `client` contain: the one that the call states, if it does.
    pub(crate) fn table_for(&self, stated: Option<String>, client: &Client) -> Result<Cow<'static, str>> {
        match (stated, self.declared) {
            (Some(table), _) => Ok(Cow::Owned(table)),
            // A config that only repeats the declared name is not an exception.
            (None, Some(declared)) if declared == self.table => client.table_of(declared),
            (None, _) => Ok(self.table.clone()),
        }
    }
}
