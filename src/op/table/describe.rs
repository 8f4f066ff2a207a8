//! `describe_table`: describes a live table as typed values, including its TTL.

mod description;
mod from_sdk;

use aws_sdk_dynamodb::operation::describe_table::DescribeTableOutput;

use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, explain_option};
use crate::op::engine::outgoing::Outgoing;
use crate::op::table::enable_ttl;
use crate::splice::ApiOperation;
use crate::{ErrorKind, ModelConfig, Operation, Result};

pub use description::{
    Billing, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription, TableDescription,
    TtlDescription,
};

/// Describes a live table: keys, indexes, size, billing, TTL and stream. Await it.
///
/// It sends two requests, because DynamoDB describes TTL separately. If there is no such table, the error is of kind
/// `TableNotFound`.
///
/// ```
/// # use singlet::{Client, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Shop::create_table().client(&client).await?;
/// let table = Shop::describe_table().client(&client).await?;
/// assert_eq!((table.name.as_str(), table.items), ("shop", 0));
/// assert_eq!(table.ttl.attribute.as_deref(), Some("expires_at"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct DescribeTable {
    config: ModelConfig,
    model: Option<&'static str>,
    call: CallOptions,
}

impl DescribeTable {
    pub(crate) fn new(config: ModelConfig, model: Option<&'static str>) -> Self {
        DescribeTable { config, model, call: CallOptions::default() }
    }

    call_options!(call);

    explain_option!(call, into_future, &[]);
}

impl IntoFuture for DescribeTable {
    type Output = Result<TableDescription>;
    type IntoFuture = OperationFuture<'static, TableDescription>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::DescribeTable, self.model, self.call, &self.config)?;
            describe(&call).await
        })
    }
}

/// Describes a live table whose name is known only at run time. See [`DescribeTable`].
///
/// ```
/// # use singlet::{Client, Table};
/// # #[derive(Table)]
/// # #[table(name = "shop", hash_key = "pk")]
/// # struct Shop;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Shop::create_table().client(&client).await?;
/// let table = singlet::tables::describe("shop").client(&client).await?;
/// assert_eq!(table.hash_key[0].attribute, "pk");
/// # Ok(())
/// # }
/// ```
pub fn describe_named(table: impl Into<String>) -> DescribeTable {
    DescribeTable::new(ModelConfig::new(table.into()), None)
}

/// Describes the table without its TTL.
pub(super) async fn request(call: &Context) -> Result<DescribeTableOutput> {
    let builder = call.client.sdk().describe_table().table_name(&*call.table);
    call.send(Outgoing::new(builder)).await.into_output()
}

pub(super) async fn describe(call: &Context) -> Result<TableDescription> {
    call.may_send(Followed::new(ApiOperation::DescribeTimeToLive, "after the table is described"));
    let output = request(call).await?;
    let Some(table) = output.table else {
        return Err(call.error(ErrorKind::Service, "the response contains no table description"));
    };
    let (status, attribute) = enable_ttl::describe(call).await?;
    Ok(from_sdk::table(table, TtlDescription { status, attribute }))
}
