//! `create_table`: creates a table with its indexes and TTL from the schema that the derives generate, or from a definition.

mod request;
mod sdk_types;

use std::time::Duration;

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::TableStatus;

use crate::op::engine::backoff::Policy;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, customize_option, explain_option};
use crate::op::table::definition::TableDefinition;
use crate::op::table::stream_view::StreamView;
use crate::op::table::waiting::{DEFAULT_WAIT, Waiting};
use crate::op::table::{describe, enable_ttl};
use crate::schema::TableSchema;
use crate::splice::ApiOperation;
use crate::{ErrorKind, ModelConfig, Operation, Result};
use request::CreateOptions;

/// Creates a table with its indexes and TTL and waits until it is active. Its billing mode is on-demand, unless
/// [`provisioned`](Self::provisioned) is set. Await it.
///
/// # Errors
///
/// `TableInUse` if the table exists, unless [`if_absent`](Self::if_absent) is set; then `TtlConflict` if its TTL is enabled on
/// another attribute. `Configuration`, before anything is sent, if the capacities do not match the table. `Timeout` if the
/// table does not become active in time.
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
    definition: TableDefinition,
    call: CallOptions,
    options: CreateOptions,
    if_absent: bool,
    wait: Duration,
}

impl CreateTable {
    /// `ttl` is the TTL attribute of a model, for a table that declares none.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema, ttl: Option<&'static str>) -> Self {
        let mut definition = TableDefinition::of(schema);
        definition.ttl = definition.ttl.or(ttl.map(str::to_owned));
        Self::with(config, definition)
    }

    fn with(config: ModelConfig, definition: TableDefinition) -> Self {
        CreateTable {
            config,
            definition,
            call: CallOptions::default(),
            options: CreateOptions::default(),
            if_absent: false,
            wait: DEFAULT_WAIT,
        }
    }

    call_options!(call);

    /// Accepts an existing table of this name, whatever its keys are: enables the TTL on it, and changes nothing else: not its
    /// keys, indexes, billing, stream, deletion protection or tags. So a call that was interrupted can be repeated. Use `verify_table` to compare the keys.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// // The table exists with its TTL, so this changes nothing.
    /// Order::create_table().if_absent().await?;
    /// # Ok(()) }) }
    /// ```
    pub fn if_absent(mut self) -> Self {
        self.if_absent = true;
        self
    }

    /// Uses provisioned billing with this many [capacity units][1] per second instead of on-demand billing. The table
    /// and each global index get the same capacity; [`index_provisioned`](Self::index_provisioned) overrides it for
    /// one index.
    ///
    /// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let request = Order::create_table().provisioned(10, 5).explain()?;
    /// assert!(request.body().contains("PROVISIONED"));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias("ProvisionedThroughput", "BillingMode"))]
    pub fn provisioned(mut self, read: u64, write: u64) -> Self {
        self.options.provisioned = Some((read, write));
        self
    }

    /// Sets the capacity units of one global index of a [`provisioned`](Self::provisioned) table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let request = Shop::create_table().provisioned(10, 5).index_provisioned("by_email", 2, 1).explain()?;
    /// assert!(request.body().contains(r#""ReadCapacityUnits":2"#));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ProvisionedThroughput")]
    pub fn index_provisioned(mut self, index: impl Into<String>, read: u64, write: u64) -> Self {
        self.options.indexes.push((index.into(), (read, write)));
        self
    }

    /// Enables a stream of the table's changes, whose records contain what `view` selects. See
    /// [`stream`](crate::stream).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// use singlet::stream::StreamView;
    /// let request = Order::create_table().streams(StreamView::NewAndOldImages).explain()?;
    /// assert!(request.body().contains("NEW_AND_OLD_IMAGES"));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "StreamSpecification")]
    pub fn streams(mut self, view: StreamView) -> Self {
        self.options.streams = Some(view);
        self
    }

    /// Enables or disables deletion protection. While it is enabled, DynamoDB rejects deletion of the table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let request = Order::create_table().deletion_protection(true).explain()?;
    /// assert!(request.body().contains(r#""DeletionProtectionEnabled":true"#));
    /// # Ok(()) }) }
    /// ```
    pub fn deletion_protection(mut self, protected: bool) -> Self {
        self.options.deletion_protection = protected;
        self
    }

    /// Adds a tag to the table, for cost allocation and access policies. Call it once per tag. DynamoDB Local ignores
    /// tags.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let request = Order::create_table().tag("team", "sales").tag("stage", "prod").explain()?;
    /// assert!(request.body().contains("sales"));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "Tags")]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.tags.push((key.into(), value.into()));
        self
    }

    /// Sets how long to wait until the table is active; five minutes by default.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// Order::create_table().table("shop-acme").wait(std::time::Duration::from_secs(30)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn wait(mut self, most: Duration) -> Self {
        self.wait = most;
        self
    }

    customize_option!(options.customize, CreateTableFluentBuilder);

    explain_option!(call, into_future, &[]);
}

impl std::fmt::Debug for CreateTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateTable").field("definition", &self.definition).finish_non_exhaustive()
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::CreateTable, None, self.call, &self.config)?;
            call.may_send(Followed::new(ApiOperation::DescribeTable, "until the table is active"));
            if self.definition.ttl.is_some() {
                enable_ttl::may_follow(&call);
            }
            match call.send(self.options.request(&call, &self.definition)?).await.into_output() {
                Err(error) if self.if_absent && error.kind() == ErrorKind::TableInUse => {}
                outcome => _ = outcome?,
            }
            wait_until_active(&call, self.wait).await?;
            if let Some(ttl) = &self.definition.ttl {
                enable_ttl::enable(&call, ttl, Duration::ZERO, None).await?;
            }
            Ok(())
        })
    }
}

/// Creates a table with a definition that is known only at run time, with its indexes and TTL, and waits until it is active.
/// See [`CreateTable`](crate::CreateTable) for the options.
///
/// # Errors
///
/// As for [`CreateTable`](crate::CreateTable), and `Configuration`, before anything is sent, if the definition is incomplete
/// or contradicts itself: a global index without a hash key, a local index without a range key or in a table without one, an
/// attribute with two types, or two indexes with one name.
///
/// ```
/// # use singlet::Client;
/// use singlet::key::KeyType;
/// use singlet::tables::{self, TableDefinition};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// let definition = TableDefinition::new("pk", KeyType::S).range_key("sk", KeyType::S).ttl("expires_at");
/// tables::create("shop", definition.clone()).client(&client).await?;
/// assert!(tables::verify("shop", definition).client(&client).await?.is_match());
/// # Ok(())
/// # }
/// ```
pub fn create(table: impl Into<String>, definition: TableDefinition) -> CreateTable {
    CreateTable::with(ModelConfig::new(table.into()), definition)
}

async fn wait_until_active(call: &Context, most: Duration) -> Result<()> {
    let mut waiting = Waiting::new(Policy::TABLE, most);
    loop {
        match describe::request(call).await {
            Ok(output) if output.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) => {
                return Ok(());
            }
            // Descriptions are eventually consistent, so a new table may not be visible yet.
            Err(error) if error.kind() != ErrorKind::TableNotFound => return Err(error),
            _ => {}
        }
        if !waiting.pause().await {
            return Err(call.error(ErrorKind::Timeout, "the table did not become active in time"));
        }
    }
}
