//! `verify_table`: compares a live table with its definition and changes nothing.

mod compare;
mod difference;
mod verification;

use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, explain_option};
use crate::op::table::definition::TableDefinition;
use crate::op::table::describe::describe;
use crate::schema::TableSchema;
use crate::{ModelConfig, Operation, Result};

pub use difference::{Difference, Pending};
pub use verification::Verification;

/// Compares a live table with its definition: keys, indexes and TTL. Await it.
///
/// It sends the same requests as [`DescribeTable`](crate::DescribeTable) and changes nothing. A difference is a
/// value, not an error; [`Verification::into_result`] converts it to an error. If there is no such table, the error
/// is of kind `TableNotFound`.
///
/// [`Table::verify_table`](crate::Table::verify_table) reports missing and additional parts alike.
/// [`Model::verify_table`](crate::Model::verify_table) checks only what the model needs: it accepts additional
/// indexes, and a TTL attribute if the model has none.
///
/// ```
/// # use singlet::{Client, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
/// struct Old;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Old::create_table().client(&client).await?;
/// let verification = Shop::verify_table().client(&client).await?;
/// assert_eq!(verification.to_string(), "the table has no range key, but the definition says `sk` (S)");
/// assert!(verification.into_result().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct VerifyTable {
    config: ModelConfig,
    model: Option<&'static str>,
    definition: TableDefinition,
    call: CallOptions,
}

impl VerifyTable {
    /// Compares with the definition of a whole table.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema) -> Self {
        Self::with(config, None, TableDefinition::of(schema))
    }

    /// Compares with what a model needs. `ttl` is its TTL attribute, for a table that declares none.
    pub(crate) fn of_model(
        config: ModelConfig,
        model: &'static str,
        schema: &'static TableSchema,
        ttl: Option<&'static str>,
    ) -> Self {
        let mut definition = TableDefinition::of(schema).at_least();
        definition.ttl = definition.ttl.or(ttl.map(str::to_owned));
        Self::with(config, Some(model), definition)
    }

    fn with(config: ModelConfig, model: Option<&'static str>, definition: TableDefinition) -> Self {
        VerifyTable { config, model, definition, call: CallOptions::default() }
    }

    call_options!(call);

    explain_option!(call, into_future, &[]);
}

impl IntoFuture for VerifyTable {
    type Output = Result<Verification>;
    type IntoFuture = OperationFuture<'static, Verification>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::DescribeTable, self.model, self.call, &self.config)?;
            let live = describe(&call).await?;
            let (differences, pending) = compare::compare(&live, &self.definition);
            Ok(Verification::new(self.model, live, differences, pending))
        })
    }
}

/// Compares a live table with a definition that is known only at run time. See [`VerifyTable`].
///
/// ```
/// # use singlet::{Client, Table};
/// use singlet::key::KeyType;
/// use singlet::tables::{self, TableDefinition};
///
/// # #[derive(Table)]
/// # #[table(name = "shop", hash_key = "pk")]
/// # struct Shop;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Shop::create_table().client(&client).await?;
/// let definition = TableDefinition::new("pk", KeyType::S).ttl("expires_at");
/// let verification = tables::verify("shop", definition).client(&client).await?;
/// assert_eq!(verification.to_string(), "time to live is disabled, but the definition says `expires_at`");
/// # Ok(())
/// # }
/// ```
pub fn verify(table: impl Into<String>, definition: TableDefinition) -> VerifyTable {
    VerifyTable::with(ModelConfig::new(table.into()), None, definition)
}
