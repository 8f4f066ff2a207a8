//! The client, table, hooks and TTL policy of an operation, which are determined once before anything is sent.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use aws_smithy_types::error::operation::BuildError;

use crate::key::RawKey;
use crate::op::engine::explain::Explained;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::get_item;
use crate::op::engine::rate_limit::RateLimits;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::vtable::ModelVTable;
use crate::schema::ModelSchema;
use crate::splice::ApiOperation;
use crate::ttl::{ExpiryCheck, HiddenItems, Lifecycle};
use crate::{Client, Cost, Error, ErrorKind, HookContext, ModelConfig, Operation, Result, TTLAttribute, scope};

/// The options of a call that determine its [`Context`].
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) client: Option<Client>,
    pub(crate) table: Option<String>,
    pub(crate) skip_hooks: Option<bool>,
    pub(crate) refresh_ttl: Option<bool>,
    /// Whether a read of several items skips those that cannot be decoded.
    pub(crate) skips_undecodable: bool,
    pub(crate) limits: RateLimits,
    /// Receives the requests of an operation that is only explained.
    pub(crate) explained: Option<Explained>,
    /// Shared by the parts of one call, each of which has a context of its own.
    pub(crate) begun: Option<Arc<AtomicBool>>,
}

/// An operation whose client and table are known.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) table: Cow<'static, str>,
    pub(crate) model: Option<&'static str>,
    pub(crate) operation: Operation,
    pub(crate) index: Option<&'static str>,
    pub(crate) runs_hooks: bool,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) skips_undecodable: bool,
    pub(crate) limits: RateLimits,
    /// Receives the requests, which are then not sent.
    pub(crate) explained: Option<Explained>,
    pub(crate) guessed_time: GuessedTime,
    /// Whether a request of this call was observed. The contexts of one call share it.
    pub(crate) begun: Option<Arc<AtomicBool>>,
}

/// Whether an operation has used the time while it was not known to be right.
#[derive(Debug, Default)]
pub(crate) struct GuessedTime(AtomicBool);

impl Clone for GuessedTime {
    /// The clone decides independently.
    fn clone(&self) -> Self {
        GuessedTime::default()
    }
}

/// The read of [`Context::ask_time`].
const TIME: Followed =
    Followed::new(ApiOperation::GetItem, "before the first request, if the service's time is not known yet")
        .consistent(false);

impl Context {
    /// Determines the client of the operation from the call, the task, the model and the default client, in this
    /// order.
    pub(crate) fn new(
        operation: Operation,
        model: Option<&'static str>,
        options: CallOptions,
        config: &ModelConfig,
    ) -> Result<Self> {
        let client = match scope::resolve(options.client.as_ref(), config.client.as_ref(), model) {
            // Nothing is sent, so no client is needed.
            Err(error) if options.explained.is_some() && error.kind() == ErrorKind::NoClient => offline(),
            client => client?,
        };
        // A hook may send requests, or fail for a value that is only explained.
        let runs_hooks = options.explained.is_none() && !options.skip_hooks.unwrap_or(config.skip_hooks);
        let lifecycle = if operation.is_of_table() {
            Ok(Lifecycle::default())
        } else {
            Lifecycle::new(config.lifecycle, &client, options.refresh_ttl)
        };
        let table = config.table_for(options.table, &client).map_err(|error| scope::name_model(error, model))?;
        let limits = options.limits.with_client(&client, operation);
        let begun = options.begun.or_else(|| client.observer().map(|_| Arc::default()));
        let mut call = Context {
            client,
            table,
            model,
            operation,
            index: None,
            runs_hooks,
            lifecycle: Lifecycle::default(),
            skips_undecodable: options.skips_undecodable,
            limits: RateLimits::default(),
            explained: options.explained,
            guessed_time: GuessedTime::default(),
            begun,
        };
        call.lifecycle = lifecycle.map_err(|error| call.contextualize(error))?;
        call.limits = limits.map_err(|error| call.contextualize(error))?;
        Ok(call)
    }

    /// Like [`new`](Self::new), for one model.
    pub(crate) fn of_model(operation: Operation, model: &ModelVTable, options: CallOptions) -> Result<Self> {
        Context::new(operation, Some(model.schema.model), options, &model.config())
    }

    /// Whether no request of this call was observed before; from now on, one was.
    pub(crate) fn begins_call(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| !begun.swap(true, Ordering::Relaxed))
    }

    /// The error of an SDK builder that rejects its values.
    pub(crate) fn unbuildable(&self, error: BuildError) -> Error {
        self.error(ErrorKind::Configuration, "the SDK could not build the request").with_source(error)
    }

    pub(crate) fn hook_context(&self) -> HookContext<'_> {
        HookContext { operation: self.operation, client: &self.client, table: &self.table }
    }

    /// The service's time in epoch milliseconds. A write that asks for it also calls [`know_time`](Self::know_time).
    pub(crate) fn now_millis(&self) -> i64 {
        if !self.client.time().is_known() {
            self.guessed_time.0.store(true, Ordering::Relaxed);
        }
        self.client.service_now_millis()
    }

    /// The expiry of an item that is created now, if there is a default TTL.
    pub(crate) fn default_expiry(&self) -> Option<TTLAttribute> {
        self.lifecycle.ttl?;
        self.lifecycle.after(self.now_millis())
    }

    /// Checks that decisions since the last call used the right time. If they did not, this asks
    /// the service, and returns true: the caller must decide again.
    pub(crate) async fn know_time(&self, schema: &ModelSchema, key: &RawKey) -> Result<bool> {
        Ok(self.guessed_time.0.swap(false, Ordering::Relaxed) && self.ask_time(schema, key).await?)
    }

    /// Asks the service for the time with a read of `key`, unless the time is known. Returns whether it asked.
    pub(crate) fn ask_time<'a>(&'a self, schema: &'a ModelSchema, key: &'a RawKey) -> BoxFuture<'a, Result<bool>> {
        // Boxed, because few operations ask.
        Box::pin(async move {
            if self.is_explained() {
                self.may_ask_time();
                return Ok(false);
            }
            let read = async {
                let projection = ReadExpressions::of_attributes([schema.table.hash_key.attribute.name]);
                let request = get_item::request(&self.client, false);
                let request = request.expressions(&projection).by_key(schema, key, None);
                self.send(request).await.into_output()
            };
            self.client.know_time(read).await
        })
    }

    /// States the request of [`ask_time`](Self::ask_time).
    pub(crate) fn may_ask_time(&self) {
        if !self.client.time().is_known() {
            self.may_send(TIME);
        }
    }

    /// Returns how this call checks the expiry of the model's items, if they have a TTL attribute.
    pub(crate) fn expiry_check(&self, schema: &ModelSchema) -> Option<ExpiryCheck> {
        let attribute = self.lifecycle.attribute(schema)?;
        Some(ExpiryCheck { attribute, now: self.now_millis().div_euclid(1000) })
    }

    /// Like [`expiry_check`](Self::expiry_check), if expired items are hidden.
    pub(crate) fn hiding(&self, schema: &ModelSchema) -> Option<ExpiryCheck> {
        // Called last, because the request itself depends on the decided context.
        if self.lifecycle.hides { self.expiry_check(schema) } else { None }
    }

    /// Like [`hiding`](Self::hiding), for the items of a response. It uses the time of arrival, because it may be the
    /// first one that tells the time.
    pub(crate) fn hidden(&self, schema: &ModelSchema) -> Option<HiddenItems> {
        self.hiding(schema).map(|check| HiddenItems::Expired(check).on_arrival(self.client.time()))
    }

    /// Like [`hiding`](Self::hiding), for one of several models that this call reads.
    pub(crate) fn hiding_of(&self, schema: &ModelSchema, config: &ModelConfig) -> Result<Option<ExpiryCheck>> {
        let lifecycle = Lifecycle::new(config.lifecycle, &self.client, None);
        let lifecycle = lifecycle.map_err(|error| error.with_model(schema.model))?;
        Ok(Context { lifecycle, ..self.clone() }.hiding(schema))
    }

    /// Returns this context for a request that concerns the given tables.
    pub(crate) fn for_tables<'t>(&self, tables: impl IntoIterator<Item = &'t str>) -> Context {
        let mut names: Vec<&str> = Vec::new();
        for table in tables {
            if !names.contains(&table) {
                names.push(table);
            }
        }
        Context { table: Cow::Owned(names.join(", ")), ..self.clone() }
    }

    /// Adds the model and table of this call to an error.
    pub(crate) fn contextualize(&self, error: Error) -> Error {
        let error = error.with_table(&self.table);
        scope::name_model(error, self.model)
    }

    pub(crate) fn error(&self, kind: ErrorKind, message: &'static str) -> Error {
        self.contextualize(Error::new(kind, message))
    }
}

/// The metadata of a request that was sent.
#[derive(Debug, Default, Clone)]
pub(crate) struct RequestFacts {
    pub(crate) attempts: u32,
    pub(crate) cost: Cost,
    pub(crate) items: usize,
    pub(crate) request_id: Option<String>,
    /// Whether an attempt that did not succeed may have been applied.
    pub(crate) maybe_applied: bool,
    /// Whether DynamoDB throttled an attempt, or a part of the request.
    pub(crate) throttled: bool,
}

impl RequestFacts {
    /// Adds the consumption of a request that accompanied this one.
    pub(crate) fn consume(&mut self, other: &RequestFacts) {
        self.attempts += other.attempts;
        self.cost.add(&other.cost);
    }

    /// Adds another request of the same operation.
    pub(crate) fn add(&mut self, page: RequestFacts) {
        self.attempts += page.attempts;
        self.items += page.items;
        self.request_id = page.request_id.or(self.request_id.take());
        self.cost.add(&page.cost);
    }
}

/// Creates a client that never sends. The SDK's builders need one.
pub(crate) fn offline() -> Client {
    static OFFLINE: LazyLock<Client> = LazyLock::new(|| {
        let config = aws_sdk_dynamodb::Config::builder().behavior_version_latest().build();
        Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config))
    });
    OFFLINE.clone()
}

/// Implements `Debug` for operations without showing their keys and values.
macro_rules! opaque_debug {
    ($($operation:ident<$($lifetime:lifetime,)? $model:ident>),*) => {$(
        impl<$($lifetime,)? $model> std::fmt::Debug for $operation<$($lifetime,)? $model> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($operation)).finish_non_exhaustive()
            }
        }
    )*};
    ($operation:ident<$($parameter:ident),+>) => {
        impl<$($parameter),+> std::fmt::Debug for $operation<$($parameter),+> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($operation)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use opaque_debug;
