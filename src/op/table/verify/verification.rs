//! The result of a verification: the differences, as a value or as an error.

use std::fmt;

use crate::op::table::describe::TableDescription;
use crate::op::table::verify::difference::{Difference, Pending};
use crate::{Error, ErrorKind, Result};

/// How a live table compares with its definition; what [`VerifyTable`](crate::VerifyTable) gives.
///
/// `Display` lists the differences, or says that there are none.
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

    /// Whether the live table is what its definition says, or will be once what is pending is done.
    pub fn is_match(&self) -> bool {
        self.differences.is_empty()
    }

    /// In what the live table is not what its definition says.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// What is under way: time to live takes up to an hour to be enabled, an index minutes or more to be filled.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The live table.
    pub fn description(&self) -> &TableDescription {
        &self.live
    }

    /// The live table if it is a match, else an error of kind `TableMismatch` that lists the differences.
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
            return f.write_str("the table is what its definition says");
        }
        for (at, difference) in self.differences.iter().enumerate() {
            write!(f, "{}{difference}", if at == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
