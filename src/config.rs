use std::borrow::Cow;

use crate::Client;

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
}

impl ModelConfig {
    /// The settings of a model in `table`; all others have their defaults.
    pub fn new(table: impl Into<Cow<'static, str>>) -> Self {
        ModelConfig { table: table.into(), client: None, max_size: None, skip_hooks: false, consistent_read: false }
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

    /// The table.
    pub fn table(&self) -> &str {
        &self.table
    }
}
