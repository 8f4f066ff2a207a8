//! The types and accessors of each SDK operation, for the [sender](crate::op::engine::send). The SDK's fluent builders, outputs
//! and errors do not share a trait. Decisions belong to the sender.

mod builders;

use std::error::Error as StdError;
use std::fmt::Debug;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::error::operation::BuildError;

use crate::client::cost::UnitKind;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::request_body::RequestBody;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::splice::{ItemSink, Member, ResponseSummary, SdkCodec, Shape};
use crate::wire::{Fault, Reader};
use crate::{Cost, Item};

/// Returns an output of the SDK for a response whose items were read without the SDK.
pub(crate) type OfSummary<O> = fn(ResponseSummary) -> O;

/// One of the SDK's fluent builders.
pub(crate) trait SdkOperation: Send + Sized {
    const CODEC: SdkCodec;
    /// The position of the items in a response that contains items.
    const ITEMS: Member = Member { name: "Items", shape: Shape::Items };
    /// What its units are, if it consumes any.
    const UNITS: Option<UnitKind> = None;
    type Output: RequestId + Debug + Send + Sync + 'static;
    type Error: ProvideErrorMetadata + StdError + Send + Sync + 'static;

    /// Returns a builder without members.
    fn empty(sdk: &aws_sdk_dynamodb::Client) -> Self;

    fn input(&self) -> Result<Input, BuildError>;

    /// Whether the head contains all members of the body. `None` stands for an empty builder.
    fn is_all_in_head(_: Option<&Self>) -> bool {
        false
    }

    /// Writes the members of the body that follow the head, as the SDK would. `None` stands for an empty builder. Returns
    /// false if only the SDK can write them. singlet's own requests have no other members, and those that a user customizes are sent by the SDK.
    fn write_body(_: Option<&Self>, _: &mut RequestBody<'_>) -> bool {
        false
    }

    /// Sets the `TableName` of a request for items of one table. The sender calls it, so do not set it on the builder.
    const SET_TABLE: Option<fn(Self, &str) -> Self> = None;

    /// Sets the key of a request for one item.
    fn set_own_key(self, _: Item) -> Self {
        unreachable!("a request without a key")
    }

    /// Sets the keys of a batch.
    fn set_batch_keys(self, _: &[BatchKeys<'_>]) -> Self {
        unreachable!("a request of another kind than a batch of reads")
    }

    /// Sets the expressions of a write, and what the error of a failed condition contains.
    fn set_write_expressions(self, _: &WriteExpressions) -> Self {
        unreachable!("a request that is not a write of one item")
    }

    /// Sets the expressions of a read.
    fn set_read_expressions(self, _: &ReadExpressions) -> Self {
        unreachable!("a request that is not a read with expressions")
    }

    /// Returns the output that the SDK deserializes from a response whose members a [`ResponseSummary`] contains. `None` for an operation
    /// whose responses always have other members.
    const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> = None;

    /// Requests the consumed capacity, if the service can return it.
    fn metered(self, _: ReturnConsumedCapacity) -> Self {
        self
    }

    fn consumed(_: &Self::Output) -> Option<Cost> {
        None
    }

    /// Returns the item of a response that contains at most one, if the SDK has deserialized it.
    fn item(_: &Self::Output) -> Option<&Item> {
        None
    }

    /// Returns the number of items that the response contains or counts.
    fn count(output: &Self::Output) -> usize {
        usize::from(Self::item(output).is_some())
    }

    /// Decodes the items that the SDK has deserialized.
    fn fill(output: &Self::Output, sink: &mut dyn ItemSink) -> Result<(), Fault> {
        fill(Self::item(output), sink)
    }

    /// Whether a condition refused the write, which is billed then.
    fn is_refusal(error: &Self::Error) -> bool {
        error.code() == Some("ConditionalCheckFailedException")
    }

    /// Returns the item that made the condition fail.
    fn stored(_: &Self::Error) -> Option<&Item> {
        None
    }
}

/// Decodes items that the SDK has deserialized.
pub(super) fn fill<'a>(items: impl IntoIterator<Item = &'a Item>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    for item in items {
        sink.item(&mut Reader::new(&crate::item::to_bytes(item)?)?)?;
    }
    Ok(())
}
