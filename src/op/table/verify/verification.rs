//! The result of a verification: the differences, as a value or as an error.

use std::fmt;

use crate::op::table::describe::TableDescription;
use crate::op::table::verify::difference::{Difference, Pending};
use crate::{CostHint, Error, ErrorKind, Result};

/// The result of comparing a live table with its definition. Returned by [`VerifyTable`](crate::VerifyTable).
///
/// `Display` lists the differences or states that there are none.
///
/// ```
/// # use singlet::{Client, Table};
/// use singlet::tables::Difference;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk")]
/// struct Old;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Old::create_table().client(&client).await?;
/// let verification = Shop::verify_table().client(&client).await?;
/// assert!(matches!(verification.differences(), [Difference::TtlDisabled { .. }]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a difference is not an error until `into_result` makes it one"]
pub struct Verification {
    pub(super) model: Option<&'static str>,
    pub(super) live: TableDescription,
    pub(super) differences: Vec<Difference>,
    pub(super) pending: Vec<Pending>,
    pub(super) hints: Vec<CostHint>,
}

impl Verification {
    /// Whether the live table matches its definition, or will match it after the pending changes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// assert!(Order::verify_table().await?.is_match());
    /// # Ok(()) }) }
    /// ```
    pub fn is_match(&self) -> bool {
        self.differences.is_empty()
    }

    /// Returns the differences between the live table and its definition.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Returns the changes in progress. Enabling TTL takes up to an hour, and filling an index takes minutes or more.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Returns what makes the model pay more than it must: indexes without the TTL attribute, if the model hides expired
    /// items. Its reads of such an index, and counts too, also read each item from the table.
    ///
    /// Empty for [`Table::verify_table`](crate::Table::verify_table), because only a model says what it hides. A hint is not
    /// a difference.
    ///
    /// ```
    /// # use singlet::{Client, Model, Table};
    /// #[derive(Table)]
    /// #[table(name = "sessions", hash_key = "pk", ttl = "expires_at")]
    /// #[table(index(name = "by_user", hash_key = "user", projection = "keys_only"))]
    /// struct Sessions;
    ///
    /// #[derive(Model)]
    /// #[model(table = Sessions, hash_key = "SESSION#{token}", index(by_user, hash_key = user))]
    /// #[model(ttl = "30m", expired = "hide")]
    /// struct Session {
    ///     #[model(key_only)]
    ///     token: String,
    ///     user: String,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let client = Client::embedded();
    /// Session::create_table().client(&client).await?;
    /// let verification = Session::verify_table().client(&client).await?;
    /// assert!(verification.is_match());
    /// assert!(verification.hints()[0].to_string().contains("include `expires_at` in the index"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn hints(&self) -> &[CostHint] {
        &self.hints
    }

    /// Returns the description of the live table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let verification = Order::verify_table().await?;
    /// assert_eq!(verification.description().hash_key[0].attribute, "pk");
    /// # Ok(()) }) }
    /// ```
    pub fn description(&self) -> &TableDescription {
        &self.live
    }

    /// Returns the live table if it matches, or an error of kind `TableMismatch` that lists the differences.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let table = Order::verify_table().await?.into_result()?;
    /// assert_eq!(table.name, "shop");
    /// # Ok(()) }) }
    /// ```
    pub fn into_result(self) -> Result<TableDescription> {
        if self.is_match() {
            return Ok(self.live);
        }
        let error = Error::new(ErrorKind::TableMismatch, self.to_string()).with_table(&self.live.name);
        Err(match self.model {
            Some(model) => error.with_model(model),
            None => error,
        })
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_match() {
            return f.write_str("the table matches its definition");
        }
        for (at, difference) in self.differences.iter().enumerate() {
            write!(f, "{}{difference}", if at == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
