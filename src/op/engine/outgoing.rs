//! A request that is ready to be sent, with the facts that the [sender](crate::op::engine::send) uses.

use crate::Operation;
use crate::key::RawKey;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::request_body::RequestExpressions;
use crate::op::engine::request_body::Unconverted;
use crate::schema::ModelSchema;
use crate::splice::{Head, ItemSink, ReadSink, RequestedKey};

/// A user's change to the SDK's builder.
pub(crate) type Customize<'a, B> = Box<dyn FnOnce(B) -> B + Send + 'a>;

/// A user's change to the builder of each of several requests.
pub(crate) type CustomizeEach<'a, B> = &'a (dyn Fn(B) -> B + Send + Sync);

/// A request that is ready to be sent.
pub(crate) struct Outgoing<'a, R> {
    /// The SDK's builder, if a member is set on it. Boxed because the SDK's builders take up to a kilobyte, and each future
    /// that it passes through would contain it.
    pub(super) builder: Option<Box<R>>,
    pub(super) head: Option<Head>,
    pub(super) sink: Option<Box<dyn ItemSink>>,
    pub(super) customize: Option<Customize<'a, R>>,
    pub(super) needs_units: bool,
    pub(super) refusal: Option<f64>,
    pub(super) writes: Option<usize>,
    pub(super) fails_as: Option<Operation>,
    pub(super) reads_first: bool,
    pub(super) requested: Option<RequestedKey<'a>>,
    /// The members to add to the builder.
    pub(super) unconverted: Unconverted<'a>,
}

impl<'a, R> Outgoing<'a, R> {
    pub(crate) fn new(builder: R) -> Self {
        Outgoing::with_members(Some(builder))
    }

    /// Like [`new`](Self::new), for a request whose members may all be set by the methods below. An empty builder costs up to
    /// 4 % of a small request, so it is created only if the SDK sends the request.
    pub(crate) fn with_members(builder: Option<R>) -> Self {
        Outgoing {
            builder: builder.map(Box::new),
            head: None,
            sink: None,
            customize: None,
            needs_units: false,
            refusal: None,
            writes: None,
            fails_as: None,
            reads_first: false,
            requested: None,
            unconverted: Unconverted::default(),
        }
    }

    /// Inserts the first members of the body before those that the SDK writes.
    pub(crate) fn head(mut self, head: impl Into<Head>) -> Self {
        self.head = Some(head.into());
        self
    }

    /// Sets the sink for the items of the response.
    pub(crate) fn sink(mut self, sink: Option<Box<dyn ReadSink>>) -> Self {
        self.sink = sink.map(|sink| sink as Box<dyn ItemSink>);
        self
    }

    /// Declares a request for the item under this key, with the sink for the item. A response with another item is an
    /// error.
    pub(crate) fn of_key(mut self, schema: &ModelSchema, key: &'a RawKey, sink: Option<Box<dyn ReadSink>>) -> Self {
        let requested = self.requested.insert(RequestedKey::new(schema, key));
        let sink = sink.map(|mut sink| {
            sink.require(requested.to_static());
            sink
        });
        self.sink(sink)
    }

    /// Like [`of_key`](Self::of_key), for a request with a `Key` member. Do not set the key of the builder.
    pub(crate) fn by_key(mut self, schema: &ModelSchema, key: &'a RawKey, sink: Option<Box<dyn ReadSink>>) -> Self {
        self.unconverted.key = Some((schema.table, key));
        self.of_key(schema, key, sink)
    }

    /// Sets the keys of a batch. Do not set those of the builder.
    pub(crate) fn batch_keys(mut self, keys: &'a [BatchKeys<'a>]) -> Self {
        self.unconverted.keys = Some(keys);
        self
    }

    /// Sets the expressions of a read or write. Do not set those of the builder.
    pub(crate) fn expressions(mut self, expressions: impl Into<RequestExpressions<'a>>) -> Self {
        self.unconverted.expressions = Some(expressions.into());
        self
    }

    /// Like [`sink`](Self::sink), for a sink that passes the items to several readers.
    pub(crate) fn router(mut self, sink: Box<dyn ItemSink>) -> Self {
        self.sink = Some(sink);
        self
    }

    /// Applies the user's change after all of singlet's own settings, so that it overrides them.
    pub(crate) fn customize(mut self, customize: Option<Customize<'a, R>>) -> Self {
        self.customize = customize;
        self
    }

    /// Like [`customize`](Self::customize), for an operation of several requests.
    pub(crate) fn customize_each(self, customize: Option<CustomizeEach<'a, R>>) -> Self {
        self.customize(customize.map(|customize| Box::new(customize) as Customize<'a, R>))
    }

    /// Requests the consumed units even if the cost is not measured, because the operation itself needs them.
    pub(crate) fn needs_units(mut self, needs_units: bool) -> Self {
        self.needs_units = needs_units;
        self
    }

    /// Sets the estimated write units of a refusal without a stored item.
    pub(crate) fn refusal(mut self, units: Option<f64>) -> Self {
        self.refusal = units;
        self
    }

    /// Declares a write of this many items. Other requests count the items that they return.
    pub(crate) fn writes(mut self, items: usize) -> Self {
        self.writes = Some(items);
        self
    }

    /// Reports a failure as one of another operation.
    pub(crate) fn fails_as(mut self, operation: Operation) -> Self {
        self.fails_as = Some(operation);
        self
    }

    /// Declares that a write depends on the result of this read.
    pub(crate) fn reads_first(mut self) -> Self {
        self.reads_first = true;
        self
    }
}
