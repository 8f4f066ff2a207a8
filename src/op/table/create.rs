//! `create_table`: a table with its indexes and TTL, from the schema that the derives emit.

mod definition;
mod request;

use std::time::Duration;

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::TableStatus;

use crate::op::engine::backoff::Policy;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::explain;
use crate::op::engine::explain::Request;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::call_options;
use crate::op::table::stream_view::StreamView;
use crate::op::table::waiting::{DEFAULT_WAIT, Waiting};
use crate::op::table::{describe, enable_ttl};
use crate::schema::TableSchema;
use crate::{ErrorKind, ModelConfig, Operation, Result};
use request::CreateOptions;

/// Creates a table with its indexes and TTL, on demand unless [`provisioned`](Self::provisioned), and waits until
/// it can be used. Await it.
///
/// Errors: `TableInUse` when it exists, unless [`if_absent`](Self::if_absent); `Configuration`, before anything is
/// sent, when the capacities do not fit the table; `Timeout` when it is not active in time.
///
/// ```
/// # use singlet::{Client, Model, Table};
/// use singlet::stream::StreamView;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
/// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Shop::create_table().streams(StreamView::NewAndOldImages).deletion_protection(true).client(&client).await?;
/// Shop::create_table().if_absent().client(&client).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct CreateTable {
    config: ModelConfig,
    schema: &'static TableSchema,
    ttl: Option<&'static str>,
    call: CallOptions,
    options: CreateOptions,
    if_absent: bool,
    wait: Duration,
}

impl CreateTable {
    /// `ttl` is the TTL attribute of a model, where the table itself names none.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema, ttl: Option<&'static str>) -> Self {
        CreateTable {
            config,
            schema,
            ttl: schema.ttl.or(ttl),
            call: CallOptions::default(),
            options: CreateOptions::default(),
            if_absent: false,
            wait: DEFAULT_WAIT,
        }
    }

    call_options!(call);

    /// Leaves a table of this name as it is, whatever its keys are; `verify_table` looks at those.
    pub fn if_absent(mut self) -> Self {
        self.if_absent = true;
        self
    }

    /// Pays for so many [capacity units][1] per second, instead of for each request. The table and
    /// each global index get as many; [`index_provisioned`](Self::index_provisioned) gives one index others.
    ///
    /// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html
    pub fn provisioned(mut self, read: u64, write: u64) -> Self {
        self.options.provisioned = Some((read, write));
        self
    }

    /// Gives one global index its own capacity units, where the table is [`provisioned`](Self::provisioned).
    pub fn index_provisioned(mut self, index: impl Into<String>, read: u64, write: u64) -> Self {
        self.options.indexes.push((index.into(), (read, write)));
        self
    }

    /// Gives the table a stream of its changes, with what `view` says of each item. See [`stream`](crate::stream).
    pub fn streams(mut self, view: StreamView) -> Self {
        self.options.streams = Some(view);
        self
    }

    /// Whether DynamoDB refuses to delete the table until this is turned off.
    pub fn deletion_protection(mut self, protected: bool) -> Self {
        self.options.deletion_protection = protected;
        self
    }

    /// Gives the table a tag, for cost allocation and policies; may be repeated. DynamoDB Local has none.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.tags.push((key.into(), value.into()));
        self
    }

    /// Waits at most so long until the table is active; five minutes by default.
    pub fn wait(mut self, most: Duration) -> Self {
        self.wait = most;
        self
    }

    /// Changes the SDK's request, for options that singlet does not expose, such as encryption keys.
    pub fn customize(
        mut self,
        f: impl FnOnce(CreateTableFluentBuilder) -> CreateTableFluentBuilder + Send + 'static,
    ) -> Self {
        self.options.customize = Some(Box::new(f));
        self
    }

    /// The request that awaiting this would send first. Nothing is sent.
    pub fn explain(mut self) -> Result<Request> {
        explain::first_request(&[], |explained| {
            self.call.explained = Some(explained);
            self.into_future()
        })
    }
}

impl std::fmt::Debug for CreateTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateTable").field("schema", &self.schema.name).finish_non_exhaustive()
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::CreateTable, None, self.call, self.config)?;
            match call.send(self.options.request(&call, self.schema)?).await.into_output() {
                Err(error) if self.if_absent && error.kind() == ErrorKind::TableInUse => {}
                outcome => _ = outcome?,
            }
            wait_until_active(&call, self.wait).await?;
            if let Some(ttl) = self.ttl {
                enable_ttl::enable(&call, ttl, Duration::ZERO).await?;
            }
            Ok(())
        })
    }
}

async fn wait_until_active(call: &Context, most: Duration) -> Result<()> {
    let mut waiting = Waiting::new(Policy::TABLE, most);
    loop {
        match describe::request(call).await {
            Ok(output) if output.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) => {
                return Ok(());
            }
            // Descriptions lag behind: a table that was just created may not be seen yet.
            Err(error) if error.kind() != ErrorKind::TableNotFound => return Err(error),
            _ => {}
        }
        if !waiting.pause().await {
            return Err(call.error(ErrorKind::Timeout, "the table was not active in time"));
        }
    }
}
