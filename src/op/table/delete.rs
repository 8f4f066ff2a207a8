//! `delete_table`: deletes a table whose name the caller has confirmed.

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::operation::delete_table::builders::DeleteTableFluentBuilder;

use crate::op::engine::backoff::Policy;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, customize_option, explain_option};
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::table::waiting::{DEFAULT_WAIT, Waiting};
use crate::splice::ApiOperation;
use crate::{ErrorKind, ModelConfig, Operation, Result};

/// Deletes a table with all its items and indexes, and waits until the deletion is complete. Await it.
///
/// [`confirm`](Self::confirm) must repeat the table's name.
///
/// # Errors
///
/// `Configuration`, before anything is sent, if the name is not confirmed or differs. `TableNotFound` if there is no
/// such table, unless [`if_exists`](Self::if_exists) is set. `TableInUse` while the table is being changed.
/// `Validation` if the table has deletion protection. `Timeout` if the table still exists after the wait.
///
/// ```
/// # use singlet::{Client, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk")]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Shop::create_table().client(&client).await?;
/// assert!(Shop::delete_table().client(&client).await.is_err());
/// Shop::delete_table().confirm("shop").client(&client).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct DeleteTable {
    config: ModelConfig,
    model: Option<&'static str>,
    call: CallOptions,
    confirmed: Option<String>,
    if_exists: bool,
    wait: Duration,
    customize: Option<Customize<'static, DeleteTableFluentBuilder>>,
}

impl fmt::Debug for DeleteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeleteTable").field("confirmed", &self.confirmed).finish_non_exhaustive()
    }
}

impl DeleteTable {
    pub(crate) fn new(config: ModelConfig, model: Option<&'static str>) -> Self {
        DeleteTable {
            config,
            model,
            call: CallOptions::default(),
            confirmed: None,
            if_exists: false,
            wait: DEFAULT_WAIT,
            customize: None,
        }
    }

    call_options!(call);

    /// Confirms the name of the table to delete, which [`table`](Self::table) or the config determines.
    ///
    /// Write the name as a literal. A name that is read from the config confirms nothing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// Order::delete_table().confirm("shop").await?;
    /// # Ok(()) }) }
    /// ```
    pub fn confirm(mut self, table: impl Into<String>) -> Self {
        self.confirmed = Some(table.into());
        self
    }

    /// Succeeds if there is no such table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// Order::delete_table().table("shop-acme").confirm("shop-acme").if_exists().await?;
    /// # Ok(()) }) }
    /// ```
    pub fn if_exists(mut self) -> Self {
        self.if_exists = true;
        self
    }

    /// Sets how long to wait until the table is deleted; five minutes by default.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// Order::delete_table().confirm("shop").wait(std::time::Duration::from_secs(30)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn wait(mut self, most: Duration) -> Self {
        self.wait = most;
        self
    }

    customize_option!(customize, DeleteTableFluentBuilder);

    explain_option!(call, into_future, &[]);
}

impl IntoFuture for DeleteTable {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::DeleteTable, self.model, self.call, &self.config)?;
            check_confirmed(&call, self.confirmed.as_deref())?;
            call.may_send(Followed::new(ApiOperation::DescribeTable, "until the table is deleted"));
            let builder = call.client.sdk().delete_table().table_name(&*call.table);
            match call.send(Outgoing::new(builder).customize(self.customize)).await.into_output() {
                Err(error) if self.if_exists && error.kind() == ErrorKind::TableNotFound => return Ok(()),
                outcome => _ = outcome?,
            }
            wait_until_gone(&call, self.wait).await
        })
    }
}

fn check_confirmed(call: &Context, confirmed: Option<&str>) -> Result<()> {
    let message = match confirmed {
        Some(name) if name == call.table => return Ok(()),
        Some(_) => "the confirmed name is not that of the table to delete",
        None => "deleting a table requires its name; call `.confirm(..)` with it",
    };
    Err(call.error(ErrorKind::Configuration, message))
}

async fn wait_until_gone(call: &Context, most: Duration) -> Result<()> {
    let mut waiting = Waiting::new(Policy::TABLE, most);
    loop {
        let builder = call.client.sdk().describe_table().table_name(&*call.table);
        let mut is_deleted = false;
        // The wait ends when the table is not found, so this is not reported to the observer as an error.
        let exchange = call.send_or(Outgoing::new(builder), |error, _| {
            is_deleted = error.kind() == ErrorKind::TableNotFound;
            if is_deleted { Ok(None) } else { Err(error) }
        });
        exchange.await.into_outcome()?;
        if is_deleted {
            return Ok(());
        }
        if !waiting.pause().await {
            return Err(call.error(ErrorKind::Timeout, "the table was not deleted in time"));
        }
    }
}
