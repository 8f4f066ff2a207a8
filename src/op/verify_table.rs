mod compare;
mod difference;
mod verification;

use aws_smithy_runtime_api::client::interceptors::context::Input;

use super::call::{Call, CallOptions, call_options};
use super::describe_table::describe;
use super::future::BoxFuture;
use super::request::Request;
use crate::schema::TableSchema;
use crate::splice::SdkCodec;
use crate::{ModelConfig, Operation, Result};

pub use difference::{Difference, Pending};
pub use verification::Verification;

/// Compares a live table with its definition: keys, indexes and TTL. Await it.
///
/// That the table differs is no error yet: [`Verification::into_result`] makes it one. Errors: `TableNotFound`, and
/// those of any request. It sends what [`DescribeTable`](crate::DescribeTable) sends, and changes nothing.
///
/// [`Table::verify_table`](crate::Table::verify_table) looks both ways. A model speaks for its own needs alone:
/// [`Model::verify_table`](crate::Model::verify_table) minds neither further indexes nor a TTL that it does not have.
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
/// assert_eq!(verification.to_string(), "the table has no range key, the definition says `sk` (S)");
/// assert!(verification.into_result().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct VerifyTable {
    config: ModelConfig,
    model: Option<&'static str>,
    definition: Definition,
    call: CallOptions,
}

/// What a live table should be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    pub(super) schema: &'static TableSchema,
    pub(super) ttl: Option<&'static str>,
    /// Whether it is the whole table's, or what one model of the table needs.
    pub(super) is_whole: bool,
}

impl VerifyTable {
    /// Against the definition of a whole table.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema) -> Self {
        let definition = Definition { schema, ttl: schema.ttl, is_whole: true };
        VerifyTable { config, model: None, definition, call: CallOptions::default() }
    }

    /// Against what a model needs; `ttl` is its TTL attribute, where the table names none.
    pub(crate) fn of_model(
        config: ModelConfig,
        model: &'static str,
        schema: &'static TableSchema,
        ttl: Option<&'static str>,
    ) -> Self {
        let definition = Definition { schema, ttl: schema.ttl.or(ttl), is_whole: false };
        VerifyTable { config, model: Some(model), definition, call: CallOptions::default() }
    }

    call_options!();

    /// The request that awaiting this would send first. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let call = Call::explained(Operation::DescribeTable, self.model, self.call, self.config);
        let builder = call.client.sdk().describe_table().table_name(&*call.table);
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::DescribeTable, Input::erase(input), None, &[])
    }
}

impl IntoFuture for VerifyTable {
    type Output = Result<Verification>;
    type IntoFuture = BoxFuture<'static, Result<Verification>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let call = Call::new(Operation::DescribeTable, self.model, self.call, self.config)?;
            let live = describe(&call).await?;
            let (differences, pending) = compare::compare(&live, &self.definition);
            Ok(Verification::new(self.model, live, differences, pending))
        })
    }
}
