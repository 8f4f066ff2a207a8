//! The SDK's own serializer and deserializer of an operation, which the splice delegates to.

use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_types::config_bag::FrozenLayer;

use crate::splice::ApiOperation;

/// An operation with the SDK's code for it.
///
/// It contains a function pointer instead of a `match` over all operations, which would link the SDK's code for every operation
/// into every program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SdkCodec {
    operation: ApiOperation,
    layer: fn() -> Option<&'static FrozenLayer>,
}

impl SdkCodec {
    /// `layer` returns the layer in which the SDK configures the operation.
    pub(crate) const fn new(operation: ApiOperation, layer: fn() -> Option<&'static FrozenLayer>) -> Self {
        SdkCodec { operation, layer }
    }

    pub(crate) fn operation(self) -> ApiOperation {
        self.operation
    }

    /// The operation's name in DynamoDB's API.
    pub(crate) fn name(self) -> &'static str {
        self.operation.name()
    }

    pub(crate) fn serializer(self) -> Option<&'static SharedRequestSerializer> {
        (self.layer)()?.load::<SharedRequestSerializer>()
    }

    pub(crate) fn deserializer(self) -> Option<&'static SharedResponseDeserializer> {
        (self.layer)()?.load::<SharedResponseDeserializer>()
    }
}
