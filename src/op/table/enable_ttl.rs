//! `enable_ttl`: enables the deletion of expired items, unless it is already enabled.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::operation::update_time_to_live::builders::UpdateTimeToLiveFluentBuilder;
use aws_sdk_dynamodb::types::{TimeToLiveSpecification, TimeToLiveStatus};

use crate::op::engine::backoff::Policy;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, customize_option, explain_option};
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::table::waiting::Waiting;
use crate::splice::ApiOperation;
use crate::{Error, ErrorKind, ModelConfig, Operation, Result};

/// Enables DynamoDB's deletion of expired items in a table, unless it is already enabled. Returned by
/// [`Model::enable_ttl`](crate::Model::enable_ttl); await it.
///
/// The table is described first. Enabling can take up to an hour, during which DynamoDB rejects further changes of
/// the TTL. [`TtlStatus::Enabling`] is therefore a success.
///
/// # Errors
///
/// `TtlConflict` if TTL is enabled on another attribute. `Timeout` if TTL is still being disabled after
/// [`wait`](Self::wait).
///
/// ```
/// # use singlet::{Client, Model, TTLAttribute, TtlStatus};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "sessions")]
/// # struct Session { #[model(hash_key)] pk: String, expires_at: TTLAttribute }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Session::create_table().client(&client).await?;
/// let status = Session::enable_ttl().client(&client).await?;
/// assert_eq!(status, TtlStatus::Enabled);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "UpdateTimeToLive")]
pub struct EnableTtl {
    config: ModelConfig,
    model: Option<&'static str>,
    attribute: Option<Cow<'static, str>>,
    call: CallOptions,
    wait: Duration,
    customize: Option<CustomizeUpdate>,
}

impl fmt::Debug for EnableTtl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnableTtl").field("attribute", &self.attribute).finish_non_exhaustive()
    }
}

type CustomizeUpdate = Customize<'static, UpdateTimeToLiveFluentBuilder>;

/// Whether DynamoDB deletes expired items of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TtlStatus {
    /// DynamoDB deletes expired items.
    Enabled,
    /// DynamoDB will delete expired items within an hour.
    Enabling,
}

impl EnableTtl {
    /// Uses the TTL attribute of a model.
    pub(crate) fn of_model(config: ModelConfig, model: &'static str, attribute: Option<&'static str>) -> Self {
        Self::new(config, Some(model), attribute.map(Cow::Borrowed))
    }

    fn new(config: ModelConfig, model: Option<&'static str>, attribute: Option<Cow<'static, str>>) -> Self {
        EnableTtl { config, model, attribute, call: CallOptions::default(), wait: Duration::ZERO, customize: None }
    }

    call_options!(call);

    /// Sets how long to wait until the change is complete. By default, it does not wait.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let status = Order::enable_ttl().wait(std::time::Duration::from_hours(1)).await?;
    /// assert_eq!(status, singlet::TtlStatus::Enabled);
    /// # Ok(()) }) }
    /// ```
    pub fn wait(mut self, most: Duration) -> Self {
        self.wait = most;
        self
    }

    customize_option!(customize, UpdateTimeToLiveFluentBuilder);

    explain_option!(call, into_future, &[]);
}

impl IntoFuture for EnableTtl {
    type Output = Result<TtlStatus>;
    type IntoFuture = OperationFuture<'static, TtlStatus>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let call = Context::new(Operation::EnableTtl, self.model, self.call, &self.config)?;
            match self.attribute {
                Some(attribute) => enable(&call, &attribute, self.wait, self.customize).await,
                None => Err(call.error(ErrorKind::Configuration, "the model has no TTL attribute")),
            }
        })
    }
}

/// Enables DynamoDB's deletion of expired items by this attribute of a table, unless it is enabled. See
/// [`EnableTtl`].
///
/// ```
/// # use singlet::{Client, Table, TtlStatus};
/// # #[derive(Table)]
/// # #[table(name = "shop", hash_key = "pk")]
/// # struct Shop;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Shop::create_table().client(&client).await?;
/// let status = singlet::tables::enable_ttl("shop", "expires_at").client(&client).await?;
/// assert_eq!(status, TtlStatus::Enabled);
/// # Ok(())
/// # }
/// ```
pub fn enable_ttl(table: impl Into<String>, attribute: impl Into<String>) -> EnableTtl {
    EnableTtl::new(ModelConfig::new(table.into()), None, Some(Cow::Owned(attribute.into())))
}

/// States the requests of [`enable`].
pub(super) fn may_follow(call: &Context) {
    call.may_send(Followed::new(ApiOperation::UpdateTimeToLive, "if time to live is disabled"));
    call.may_send(Followed::new(ApiOperation::DescribeTimeToLive, "until the state of time to live is the wanted one"));
}

/// Describes the TTL, enables it if it is disabled, and waits at most `wait` for a change in progress.
pub(super) async fn enable(
    call: &Context,
    attribute: &str,
    wait: Duration,
    mut customize: Option<CustomizeUpdate>,
) -> Result<TtlStatus> {
    let mut waiting = Waiting::new(Policy::TTL, wait);
    may_follow(call);
    loop {
        let (status, current) = describe(call).await?;
        let is_other = current.as_deref().is_some_and(|current| current != attribute);
        match status {
            TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling if is_other => {
                return Err(conflict(call, attribute));
            }
            TimeToLiveStatus::Enabled => return Ok(TtlStatus::Enabled),
            TimeToLiveStatus::Enabling if !waiting.pause().await => return Ok(TtlStatus::Enabling),
            TimeToLiveStatus::Disabling if !waiting.pause().await => {
                return Err(call.error(ErrorKind::Timeout, "time to live is still being disabled"));
            }
            TimeToLiveStatus::Enabling | TimeToLiveStatus::Disabling => {}
            // In a state that this version does not list, DynamoDB decides whether the update is possible.
            _ => update(call, attribute, customize.take()).await?,
        }
    }
}

pub(super) async fn describe(call: &Context) -> Result<(TimeToLiveStatus, Option<String>)> {
    let builder = call.client.sdk().describe_time_to_live().table_name(&*call.table);
    let output = call.send(Outgoing::new(builder)).await.into_output()?;
    Ok(match output.time_to_live_description {
        Some(ttl) => (ttl.time_to_live_status.unwrap_or(TimeToLiveStatus::Disabled), ttl.attribute_name),
        None => (TimeToLiveStatus::Disabled, None),
    })
}

async fn update(call: &Context, attribute: &str, customize: Option<CustomizeUpdate>) -> Result<()> {
    let specification = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute).build();
    let specification = specification.map_err(|error| call.unbuildable(error))?;
    let builder = call.client.sdk().update_time_to_live().table_name(&*call.table);
    let request = Outgoing::new(builder.time_to_live_specification(specification)).customize(customize);
    call.send(request).await.into_output().map(drop)
}

#[cold]
fn conflict(call: &Context, attribute: &str) -> Error {
    call.error(ErrorKind::TtlConflict, "time to live is enabled on another attribute of the table")
        .with_attribute(attribute)
}
