//! The names that declared tables have for one client, so that each environment has tables of its own.
//!
//! Operations ask for them through [`ModelConfig::table_for`](crate::ModelConfig), which knows whether a name is a
//! declared one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::{Client, ClientBuilder, Error, ErrorKind, Result};

/// The names of tables that differ from their declarations.
#[derive(Default)]
pub(crate) struct TableNames {
    stated: BTreeMap<String, String>,
    rule: NameRule,
    /// The names determined so far, by the declared name. A name belongs to one declared table only.
    real: RwLock<BTreeMap<String, String>>,
}

/// How a table that is not stated by name is called.
#[derive(Clone, Default)]
enum NameRule {
    #[default]
    AsDeclared,
    Prefix(String),
    Function(Arc<dyn Fn(&str) -> String + Send + Sync>),
}

impl Clone for TableNames {
    /// The clone is about to change, so it determines its names itself.
    fn clone(&self) -> Self {
        TableNames { stated: self.stated.clone(), rule: self.rule.clone(), real: RwLock::default() }
    }
}

impl fmt::Debug for TableNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableNames").field("stated", &self.stated).finish_non_exhaustive()
    }
}

impl TableNames {
    fn state(&mut self, declared: String, real: String) {
        self.stated.insert(declared, real);
    }

    /// Whether all tables have their declared names.
    fn are_declared(&self) -> bool {
        self.stated.is_empty() && matches!(self.rule, NameRule::AsDeclared)
    }

    /// Checks everything that is known without a table: legal names, and no name for two tables.
    pub(super) fn check(&self) -> Result<()> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (declared, real) in &self.stated {
            legal(declared, declared)?;
            legal(declared, real)?;
            if let Some(other) = seen.insert(real, declared) {
                return Err(ambiguous(other, declared, real));
            }
        }
        match &self.rule {
            NameRule::Prefix(prefix) if !prefix.chars().all(is_legal) => {
                let message = "the client's prefix of table names has characters other than `a-z`, `A-Z`, `0-9`, `_`, \
                               `.` and `-`";
                Err(Error::new(ErrorKind::Configuration, message))
            }
            _ => Ok(()),
        }
    }

    /// The name of a declared table.
    fn real(&self, declared: &str) -> Result<String> {
        if let Some(real) = self.real.read().unwrap_or_else(PoisonError::into_inner).get(declared) {
            return Ok(real.clone());
        }
        self.check()?;
        // The user's function runs without the lock, because it may ask the client for another name.
        let real = match (self.stated.get(declared), &self.rule) {
            (Some(real), _) => real.clone(),
            (None, NameRule::Function(name)) => name(declared),
            // An ARN is complete.
            (None, NameRule::Prefix(prefix)) if !is_arn(declared) => format!("{prefix}{declared}"),
            (None, NameRule::Prefix(_) | NameRule::AsDeclared) => declared.to_owned(),
        };
        legal(declared, &real)?;
        let mut known = self.real.write().unwrap_or_else(PoisonError::into_inner);
        let mut others = known.iter().chain(&self.stated).filter(|(other, _)| **other != declared);
        if let Some((other, _)) = others.find(|(_, name)| **name == real) {
            return Err(ambiguous(other, declared, &real));
        }
        // Another task may have asked first, and the user's function may answer differently each time.
        Ok(known.entry(declared.to_owned()).or_insert(real).clone())
    }
}

/// [Naming rules](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
fn legal(declared: &str, name: &str) -> Result<()> {
    let own = match name.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "dynamodb", region, account, resource] if !region.is_empty() && !account.is_empty() => {
            resource.strip_prefix("table/")
        }
        _ => Some(name),
    };
    if own.is_some_and(|own| (3..=255).contains(&own.len()) && own.chars().all(is_legal)) {
        return Ok(());
    }
    let message = format!(
        "the client's name of the table `{declared}` is neither the ARN of a table nor 3 to 255 characters of `a-z`, \
         `A-Z`, `0-9`, `_`, `.` and `-`"
    );
    Err(Error::new(ErrorKind::Configuration, message))
}

fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.-".contains(c)
}

fn is_arn(name: &str) -> bool {
    name.starts_with("arn:")
}

#[cold]
fn ambiguous(one: &str, other: &str, real: &str) -> Error {
    let message = format!("the client gives the tables `{one}` and `{other}` the same name; give each its own");
    Error::new(ErrorKind::Configuration, message).with_table(real)
}

impl ClientBuilder {
    /// Sets the name, or the ARN, that the table declared as `declared` has for this client. It takes precedence over
    /// [`table_name_prefix`](Self::table_name_prefix) and [`table_names`](Self::table_names).
    ///
    /// Use these options to give each environment tables of its own. A table is declared by
    /// [`derive@crate::Table`] or by `#[model(table = "..")]`. The name applies to every operation that does not name
    /// its table itself: of models, collections and [`Table`](crate::Table), in batches and transactions, and of the
    /// default tables of the cache, the key-value store and the registry. It does not apply to a name that is given at
    /// run time: with `.table(..)` on a call, or by a [`ModelConfig`](crate::ModelConfig) whose name is not the declared
    /// one. Errors, the observer and `explain` show the name that is sent.
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`] if a name is illegal or if two tables have the same
    /// name. A name that is not declared anywhere has no effect.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let client = singlet::Client::builder().region("eu-west-1").table_name("shop", "shop-prod").build().await?;
    /// assert_eq!(client.table_of("shop")?, "shop-prod");
    /// assert_eq!(client.table_of("audit_logs")?, "audit_logs");
    /// # Ok(()) }
    /// ```
    pub fn table_name(mut self, declared: impl Into<String>, name: impl Into<String>) -> Self {
        self.table_names.state(declared.into(), name.into());
        self
    }

    /// Sets a prefix for the names of declared tables: `prod-shop` for `shop`. It replaces
    /// [`table_names`](Self::table_names). A table that is declared by its ARN has no prefix.
    ///
    /// See [`table_name`](Self::table_name) for the operations that it applies to.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let client = singlet::Client::builder().region("eu-west-1").table_name_prefix("prod-").build().await?;
    /// assert_eq!(client.table_of("shop")?, "prod-shop");
    /// # Ok(()) }
    /// ```
    pub fn table_name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.table_names.rule = NameRule::Prefix(prefix.into());
        self
    }

    /// Sets a function from the declared name of a table to the name, or the ARN, that the table has for this client. It
    /// replaces [`table_name_prefix`](Self::table_name_prefix).
    ///
    /// The client keeps what the function returns. If it returns an illegal name, or the same name for two tables,
    /// operations on the table fail with [`ErrorKind::Configuration`]. See [`table_name`](Self::table_name) for the
    /// operations that it applies to.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let client = singlet::Client::builder()
    ///     .region("eu-west-1")
    ///     .table_names(|declared| format!("team-{declared}-prod"))
    ///     .build()
    ///     .await?;
    /// assert_eq!(client.table_of("shop")?, "team-shop-prod");
    /// # Ok(()) }
    /// ```
    pub fn table_names(mut self, name: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.table_names.rule = NameRule::Function(Arc::new(name));
        self
    }
}

impl Client {
    /// Sets the name of a declared table: see [`ClientBuilder::table_name`]. Other clones of the client keep their
    /// names.
    ///
    /// If a name is illegal or belongs to two tables, every operation on a declared table fails with
    /// [`ErrorKind::Configuration`].
    ///
    /// ```
    /// let client = singlet::Client::embedded().with_table_name("shop", "shop-test");
    /// assert_eq!(client.table_of("shop")?, "shop-test");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn with_table_name(self, declared: impl Into<String>, name: impl Into<String>) -> Self {
        self.with_names(|names| names.state(declared.into(), name.into()))
    }

    /// Sets a prefix for the names of declared tables: see [`ClientBuilder::table_name_prefix`]. Other clones of the
    /// client keep their names.
    ///
    /// ```
    /// let client = singlet::Client::embedded().with_table_name_prefix("test-");
    /// assert_eq!(client.table_of("shop")?, "test-shop");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn with_table_name_prefix(self, prefix: impl Into<String>) -> Self {
        self.with_names(|names| names.rule = NameRule::Prefix(prefix.into()))
    }

    /// Sets a function from the declared names of tables to their names: see [`ClientBuilder::table_names`]. Other clones
    /// of the client keep their names.
    ///
    /// ```
    /// let client = singlet::Client::embedded().with_table_names(|declared| format!("{declared}-test"));
    /// assert_eq!(client.table_of("shop")?, "shop-test");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn with_table_names(self, name: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.with_names(|names| names.rule = NameRule::Function(Arc::new(name)))
    }

    fn with_names(mut self, change: impl FnOnce(&mut TableNames)) -> Self {
        let inner = self.inner_mut();
        let mut names = (*inner.table_names).clone();
        change(&mut names);
        inner.table_names = Arc::new(names);
        self
    }

    /// The client and the name of a default table, for constructors that cannot fail: the operations of the client do if
    /// the name is invalid.
    #[cfg(any(feature = "kv", feature = "registry"))]
    pub(crate) fn with_table_of(mut self, declared: &'static str) -> (Client, String) {
        match self.table_of(declared).map(Cow::into_owned) {
            Ok(table) => (self, table),
            Err(_) => {
                let fault = "the client's table names are invalid; call `Client::table_of` for the reason";
                self.inner_mut().fault.get_or_insert(fault);
                (self, declared.to_owned())
            }
        }
    }

    /// The name of the table that is declared as `declared`, as this client sends it: see
    /// [`ClientBuilder::table_name`].
    ///
    /// Use it for requests that singlet does not build: those of the SDK, and the text of a
    /// [`statement`](crate::statement()).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the client's names are illegal, or if two tables have the same name.
    ///
    /// ```
    /// # use singlet::{Client, Table};
    /// # #[derive(Table)]
    /// # #[table(name = "shop", hash_key = "pk")]
    /// # struct Shop;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::embedded().with_table_name_prefix("test-");
    /// Shop::create_table().client(&client).await?;
    /// let table = client.table_of(Shop::SCHEMA.name)?;
    /// let output = client.sdk().scan().table_name(table).send().await?;
    /// assert_eq!(output.count(), 0);
    /// # Ok(()) }
    /// ```
    pub fn table_of<'t>(&self, declared: &'t str) -> Result<Cow<'t, str>> {
        let names = &self.0.table_names;
        if names.are_declared() { Ok(Cow::Borrowed(declared)) } else { names.real(declared).map(Cow::Owned) }
    }
}
