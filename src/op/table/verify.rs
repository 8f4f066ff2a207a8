//! `verify_table`: compares a live table with its definition and changes nothing.

mod compare;
mod difference;
mod hints;
mod verification;

use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, explain_option};
use crate::op::table::definition::TableDefinition;
use crate::op::table::describe::describe;
use crate::schema::{ModelSchema, TableSchema};
use crate::ttl::ExpiredItems;
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
/// indexes, and a TTL attribute if the model has none. It also gives [hints](Verification::hints).
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
    model: Option<&'static ModelSchema>,
    definition: TableDefinition,
    call: CallOptions,
}

impl VerifyTable {
    /// Compares with the definition of a whole table.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema) -> Self {
        Self::with(config, None, TableDefinition::of(schema))
    }

    /// Compares with what a model needs.
    pub(crate) fn of_model(config: ModelConfig, schema: &'static ModelSchema) -> Self {
        let mut definition = TableDefinition::of(schema.table).at_least();
        // The model may have a TTL attribute although the table declares none.
        definition.ttl = definition.ttl.or(schema.ttl.map(str::to_owned));
        Self::with(config, Some(schema), definition)
    }

    fn with(config: ModelConfig, model: Option<&'static ModelSchema>, definition: TableDefinition) -> Self {
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
            let model = self.model.map(|schema| schema.model);
            let call = Context::new(Operation::DescribeTable, model, self.call, &self.config)?;
            let live = describe(&call).await?;
            let (differences, pending) = compare::compare(&live, &self.definition);
            let hides = self.config.lifecycle.expired == ExpiredItems::Hide;
            let hints = self.model.filter(|_| hides).map(|schema| hints::of(schema, &live)).unwrap_or_default();
            Ok(Verification { model, live, differences, pending, hints })
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
