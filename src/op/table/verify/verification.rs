//! The result of a verification: the differences, as a value or as an error.

use std::fmt;

use crate::op::table::describe::TableDescription;
use crate::op::table::verify::difference::{Difference, Pending};
use crate::{Error, ErrorKind, Result};

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
    model: Option<&'static str>,
    live: TableDescription,
    differences: Vec<Difference>,
    pending: Vec<Pending>,
}

impl Verification {
    pub(super) fn new(
        model: Option<&'static str>,
        live: TableDescription,
        differences: Vec<Difference>,
        pending: Vec<Pending>,
    ) -> Self {
        Verification { model, live, differences, pending }
    }

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
