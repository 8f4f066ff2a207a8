use std::borrow::Cow;
use std::time::Instant;

use aws_sdk_dynamodb::types::ConsumedCapacity;
use aws_smithy_types::error::operation::BuildError;

use crate::client::observer::{self, RequestEvent, SkipReason, SkippedItem};
use crate::op::engine::vtable::ModelVTable;
use crate::schema::ModelSchema;
use crate::splice::Attempts;
use crate::ttl::{ExpiryCheck, Lifecycle};
use crate::{Client, Error, ErrorKind, HookContext, ModelConfig, Operation, Result, scope};

/// What a call may say about who sends it and how.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) client: Option<Client>,
    pub(crate) table: Option<String>,
    pub(crate) skip_hooks: Option<bool>,
    pub(crate) refresh_ttl: Option<bool>,
}

/// The user's change to the SDK's builder of a request that is sent once.
pub(crate) type Customize<B> = Box<dyn FnOnce(B) -> B + Send>;

/// An operation about to be sent: the client and table are settled.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) table: Cow<'static, str>,
    pub(crate) model: Option<&'static str>,
    pub(crate) operation: Operation,
    pub(crate) index: Option<&'static str>,
    pub(crate) runs_hooks: bool,
    pub(crate) lifecycle: Lifecycle,
}

impl Context {
    /// Settles who sends the operation: call, task, model, default, in this order.
    pub(crate) fn new(
        operation: Operation,
        model: Option<&'static str>,
        options: CallOptions,
        config: ModelConfig,
    ) -> Result<Self> {
        let client = scope::resolve(options.client.as_ref(), config.client.as_ref(), model)?;
        let table = options.table.map_or(config.table, Cow::Owned);
        let runs_hooks = !options.skip_hooks.unwrap_or(config.skip_hooks);
        let lifecycle = Lifecycle::new(config.lifecycle, &client, options.refresh_ttl);
        let mut call =
            Context { client, table, model, operation, index: None, runs_hooks, lifecycle: Lifecycle::default() };
        call.lifecycle = lifecycle.map_err(|error| call.contextualize(error))?;
        Ok(call)
    }

    /// As [`new`](Self::new), of one model.
    pub(crate) fn of_model(operation: Operation, model: &ModelVTable, options: CallOptions) -> Result<Self> {
        Context::new(operation, Some(model.schema.model), options, model.config())
    }

    /// An operation that is only explained: it needs no client, and none is asked.
    pub(crate) fn explained(
        operation: Operation,
        model: impl Into<Option<&'static str>>,
        options: CallOptions,
        config: ModelConfig,
    ) -> Self {
        let model = model.into();
        let client = scope::resolve(options.client.as_ref(), config.client.as_ref(), model);
        let client = client.unwrap_or_else(|_| offline());
        Context {
            lifecycle: Lifecycle::new(config.lifecycle, &client, options.refresh_ttl).unwrap_or_default(),
            client,
            table: options.table.map_or(config.table, Cow::Owned),
            model,
            operation,
            index: None,
            runs_hooks: false,
        }
    }

    /// The error of an SDK builder that refuses its values.
    pub(crate) fn unbuildable(&self, error: BuildError) -> Error {
        self.error(ErrorKind::Configuration, "the SDK could not make the request").with_source(error)
    }

    pub(crate) fn hook_context(&self) -> HookContext<'_> {
        HookContext { operation: self.operation, client: &self.client, table: &self.table }
    }

    /// The life of the model's items as this call sees it, where they have a TTL attribute.
    pub(crate) fn life(&self, schema: &ModelSchema) -> Option<ExpiryCheck> {
        let now = self.client.now();
        self.lifecycle.attribute(schema).map(|attribute| ExpiryCheck { attribute, now })
    }

    /// As [`life`](Self::life), where expired items count as gone.
    pub(crate) fn hiding(&self, schema: &ModelSchema) -> Option<ExpiryCheck> {
        self.life(schema).filter(|_| self.lifecycle.hides)
    }

    /// As [`hiding`](Self::hiding), for one of several models that this call reads.
    pub(crate) fn hiding_of(&self, schema: &ModelSchema, config: &ModelConfig) -> Result<Option<ExpiryCheck>> {
        let lifecycle = Lifecycle::new(config.lifecycle, &self.client, None);
        let lifecycle = lifecycle.map_err(|error| error.with_model(schema.model))?;
        Ok(Context { lifecycle, ..self.clone() }.hiding(schema))
    }

    /// This call, for a request about these tables.
    pub(crate) fn for_tables<'t>(&self, tables: impl IntoIterator<Item = &'t str>) -> Context {
        let mut names: Vec<&str> = Vec::new();
        for table in tables {
            if !names.contains(&table) {
                names.push(table);
            }
        }
        Context { table: Cow::Owned(names.join(", ")), ..self.clone() }
    }

    /// Whether the service should say what a request consumed: somebody listens.
    pub(crate) fn is_observed(&self) -> bool {
        self.client.observer().is_some()
    }

    /// The error, with this call's model and table.
    pub(crate) fn contextualize(&self, error: Error) -> Error {
        let error = error.with_table(&self.table);
        match self.model {
            Some(model) => error.with_model(model),
            None => error,
        }
    }

    pub(crate) fn error(&self, kind: ErrorKind, message: &'static str) -> Error {
        self.contextualize(Error::new(kind, message))
    }

    /// Begins to watch a request that is about to be sent.
    pub(crate) fn watch(&self) -> InFlight {
        InFlight {
            started: Instant::now(),
            span: observer::span(self.operation, self.model, &self.table),
            attempts: Attempts::of(&self.client),
        }
    }

    /// Tells the observer of items that are not returned.
    pub(crate) fn observe_skipped(&self, reasons: &[SkipReason]) {
        for &reason in reasons {
            let item = SkippedItem { model: self.model.unwrap_or_default(), table: &self.table, reason };
            observer::report_skipped(&self.client, &item);
        }
    }

    /// Tells the observer of a request that was sent.
    pub(crate) fn observe(&self, watch: &InFlight, sent: &RequestFacts, error: Option<ErrorKind>) {
        let event = RequestEvent {
            model: self.model,
            operation: self.operation,
            table: &self.table,
            index: self.index,
            consumed_capacity: sent.consumed_capacity,
            attempts: sent.attempts,
            duration: watch.started.elapsed(),
            items: sent.items,
            error,
        };
        observer::report(&self.client, &event, &watch.span);
    }
}

/// A request under way.
pub(crate) struct InFlight {
    started: Instant,
    span: tracing::Span,
    attempts: Attempts,
}

impl InFlight {
    /// The span to send it in.
    pub(crate) fn span(&self) -> tracing::Span {
        self.span.clone()
    }

    /// The interceptor that counts its attempts, and hears the dates of their answers.
    pub(crate) fn attempts(&self) -> Attempts {
        self.attempts.clone()
    }

    /// What is known of the request once it was sent.
    pub(crate) fn sent(&self) -> RequestFacts {
        RequestFacts { attempts: self.attempts.count(), ..RequestFacts::default() }
    }
}

/// What is known of a request after it was sent.
#[derive(Debug, Default, Clone)]
pub(crate) struct RequestFacts {
    pub(crate) attempts: u32,
    pub(crate) consumed_capacity: Option<f64>,
    pub(crate) items: usize,
    pub(crate) request_id: Option<String>,
}

impl RequestFacts {
    /// Notes what the SDK's output says of the request.
    pub(crate) fn note(&mut self, consumed: Option<&ConsumedCapacity>, request_id: Option<&str>) {
        self.consumed_capacity = consumed.and_then(ConsumedCapacity::capacity_units);
        self.request_id = request_id.map(str::to_owned);
    }

    /// Notes what a request about several tables consumed, and its id.
    pub(crate) fn note_all(&mut self, consumed: &[ConsumedCapacity], request_id: Option<&str>) {
        let units = consumed.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        self.consumed_capacity = (!consumed.is_empty()).then_some(units);
        self.request_id = request_id.map(str::to_owned);
    }

    /// Adds what a request beside this one consumed.
    pub(crate) fn consume(&mut self, other: &RequestFacts) {
        self.attempts += other.attempts;
        if let Some(units) = other.consumed_capacity {
            *self.consumed_capacity.get_or_insert(0.0) += units;
        }
    }

    /// Adds a further request of the same operation.
    pub(crate) fn add(&mut self, page: RequestFacts) {
        self.attempts += page.attempts;
        self.items += page.items;
        self.request_id = page.request_id.or(self.request_id.take());
        if let Some(units) = page.consumed_capacity {
            *self.consumed_capacity.get_or_insert(0.0) += units;
        }
    }
}

/// The options every operation has.
macro_rules! call_options {
    () => {
        /// Sends this one operation with `client`.
        pub fn client(mut self, client: &$crate::Client) -> Self {
            self.call.client = Some(client.clone());
            self
        }

        /// Sends this one operation to another table with the same keys, as in a multi-tenant application.
        pub fn table(mut self, table: impl Into<String>) -> Self {
            self.call.table = Some(table.into());
            self
        }
    };
    (hooks) => {
        $crate::op::engine::context::call_options!();

        /// Whether this one operation leaves the model's hooks out; wins over the model's config.
        pub fn skip_hooks(mut self, skip: bool) -> Self {
            self.call.skip_hooks = Some(skip);
            self
        }
    };
}
pub(crate) use call_options;

/// A client that is never asked: the SDK's builders want one.
pub(crate) fn offline() -> Client {
    let config = aws_sdk_dynamodb::Config::builder().behavior_version_latest().build();
    Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config))
}

/// `Debug` for operations: their keys and values are not shown.
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
