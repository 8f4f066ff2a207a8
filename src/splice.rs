//! Encodes and decodes items without the SDK's maps, by wrapping the SDK's own (de)serializers for each request.
//! `op::engine::send` uses it for every request, through the SDK's public interceptor API.
//!
//! The item's bytes are joined with the members that the SDK serialized. If singlet has written the complete body,
//! that body is sent instead. A successful response must be complete and well-formed; its items are removed, and the SDK's deserializer gets
//! the other members. It gets any other response unread. So error types and request ids remain the SDK's, and fields that AWS adds later
//! pass through.
//!
//! `aws-smithy-mocks` runs neither the serializer nor the deserializer. The [sink](ItemSink) then stays untouched, and
//! the operation reads the items from the SDK's output instead.

mod api_operation;
mod attempts;
mod codec;
mod collected;
mod decoded;
mod read_item;
mod request;
mod response;
mod sink;
mod stored_key;
mod summary;
mod traces;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;

use crate::direct::Direct;

pub(crate) use api_operation::ApiOperation;
pub(crate) use attempts::Attempts;
pub(crate) use codec::SdkCodec;
pub(crate) use decoded::{AfterLoad, Decoder, items_of};
pub(crate) use read_item::{Choice, ReadItem, choice_of};
pub(crate) use request::serialize;
pub(crate) use response::{deserialize, deserialize_success};
pub(crate) use sink::{ItemPlace, ItemSink, Owner, ReadSink, SelectItems, skip_reason};
pub(crate) use stored_key::{KeyOfItem, OF_ANOTHER_KEY, RequestedKey, of_another_key};
pub(crate) use summary::{Remainder, ResponseSummary};
pub(crate) use traces::Tracker;

/// The member of a response body that holds items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

/// How a response nests its items.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// `{..}`, an item, or `[{..}, ..]`, a list of items.
    Items,
    /// `{"shop": [{..}, ..], ..}`: a list of items per table.
    ByTable,
    /// `[{"Item": {..}}, {}, ..]`: an entry per operation, empty if there is no item.
    Wrapped,
}

/// What one request sends and receives without the SDK's types.
pub(crate) struct Splice {
    codec: SdkCodec,
    written: Mutex<Option<Written>>,
    /// The member of the response body that holds the items.
    items: Option<Member>,
    sink: Mutex<Option<Box<dyn ItemSink>>>,
    attempts: Attempts,
    /// Learns from the SDK's request how to send the next one directly.
    learner: OnceLock<Arc<Direct>>,
}

/// The part of a request body that singlet has written.
enum Written {
    /// The SDK writes the other members.
    Head(Head),
    Body(Bytes),
}

/// The first members of a request body.
pub(crate) enum Head {
    /// JSON without the closing brace.
    Open(Vec<u8>),
    /// The same, in memory that may be shared with a body that begins with it.
    Shared(Bytes),
    /// A JSON object in shared memory. It is the body if there are no other members.
    Object(Bytes),
}

impl From<Vec<u8>> for Head {
    fn from(head: Vec<u8>) -> Self {
        Head::Open(head)
    }
}

impl Head {
    /// Returns JSON without the closing brace. If it has to be copied, the copy has capacity for `more` bytes.
    pub(crate) fn into_open(self, more: usize) -> Vec<u8> {
        match self {
            Head::Open(head) => head,
            Head::Shared(head) => head.into(),
            Head::Object(object) => {
                let members = object.strip_suffix(b"}").unwrap_or(&object);
                let mut head = Vec::with_capacity(members.len() + more);
                head.extend_from_slice(members);
                head
            }
        }
    }
}

impl Splice {
    /// A splice for one request of the operation that `codec` belongs to.
    pub(crate) fn new(codec: SdkCodec, attempts: Attempts) -> Self {
        Splice {
            codec,
            written: Mutex::new(None),
            items: None,
            sink: Mutex::new(None),
            attempts,
            learner: OnceLock::new(),
        }
    }

    /// Sends `head`, if there is one, before the members that the SDK writes.
    pub(crate) fn head(self, head: Option<Head>) -> Self {
        Splice { written: Mutex::new(head.map(Written::Head)), ..self }
    }

    /// Passes the items in `member` of the response to `sink`, if there is one.
    pub(crate) fn items(self, member: Member, sink: Option<Box<dyn ItemSink>>) -> Self {
        Splice { items: sink.is_some().then_some(member), sink: Mutex::new(sink), ..self }
    }

    /// Returns the interceptor that splices and counts attempts, and a handle to read its results.
    pub(crate) fn interceptor(self) -> (Arc<Splice>, SpliceInterceptor) {
        let splice = Arc::new(self);
        (Arc::clone(&splice), SpliceInterceptor(splice))
    }

    /// Lets `direct` learn from the request that the SDK sends.
    pub(crate) fn teach(&self, direct: &Arc<Direct>) {
        self.learner.get_or_init(|| Arc::clone(direct));
    }

    /// Takes the head, before there is a complete [body](Self::set_body). If the SDK may still have to send it, pass it to [`return_head`](Self::return_head).
    pub(crate) fn take_head(&self) -> Option<Head> {
        match self.take_written()? {
            Written::Head(head) => Some(head),
            Written::Body(_) => unreachable!("the head is part of the body already"),
        }
    }

    /// Returns the head if it is an [object](Head::Object), without removing it.
    pub(crate) fn object(&self) -> Option<Bytes> {
        match &*self.written.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Written::Head(Head::Object(object))) => Some(object.clone()),
            _ => None,
        }
    }

    /// Stores the head again. It is usually a slice of the body that begins with it.
    pub(crate) fn return_head(&self, head: Bytes) {
        self.set_written(Written::Head(Head::Shared(head)));
    }

    /// Sends `body`, instead of the head and the members that the SDK writes.
    pub(crate) fn set_body(&self, body: Bytes) {
        self.set_written(Written::Body(body));
    }

    fn take_written(&self) -> Option<Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set_written(&self, written: Written) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
    }

    /// Returns the body that the SDK would send for `input`. The head stays, because the SDK may have to send it again.
    pub(crate) fn body(&self, input: Input) -> Result<Vec<u8>, BoxError> {
        let head = self.take_head().map(|head| head.into_open(0));
        if let Some(head) = &head {
            self.return_head(Bytes::copy_from_slice(head));
        }
        request::serialize(self.codec, input, head.map(Head::Open))
    }

    /// The attempts, for a request that bypasses the interceptor.
    pub(crate) fn recorded(&self) -> &Attempts {
        &self.attempts
    }

    /// How many times the request was sent.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.count()
    }

    /// Whether DynamoDB throttled an attempt.
    pub(crate) fn is_throttled(&self) -> bool {
        self.attempts.is_throttled()
    }

    /// Whether an attempt may have been applied without an answer that says so.
    pub(crate) fn is_unknown(&self) -> bool {
        self.attempts.is_unknown()
    }

    /// Takes the sink, which holds the items of the last response.
    pub(crate) fn take_sink(&self) -> Option<Box<dyn ItemSink>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Splice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Splice")
    }
}

/// Registers the wrapped (de)serializers with the SDK's orchestrator, and counts the attempts.
///
/// One interceptor does both, because the SDK calls each interceptor at a dozen points of a request.
#[derive(Debug)]
pub(crate) struct SpliceInterceptor(Arc<Splice>);

impl Intercept for SpliceInterceptor {
    fn name(&self) -> &'static str {
        "singlet::Splice"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let splice = &self.0;
        let state = cfg.interceptor_state();
        if splice.written.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            state.store_put(SharedRequestSerializer::new(request::Serializer(Arc::clone(splice))));
        }
        state.store_put(SharedResponseDeserializer::new(response::Deserializer(Arc::clone(splice))));
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.attempts.begin();
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(direct) = self.0.learner.get() {
            direct.capture(context.request(), components, config);
        }
        self.0.attempts.transmit();
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.attempts.record_response(context.response());
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.attempts.end(context);
        Ok(())
    }
}
