//! The SDK's own serializers and deserializers, without a request.

use std::sync::OnceLock;

use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItem, BatchWriteItemInput};
use aws_sdk_dynamodb::operation::query::{Query, QueryOutput};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};

/// Deserializes the response of a query.
pub(crate) fn query(response: &HttpResponse) -> QueryOutput {
    static LAYER: OnceLock<FrozenLayer> = OnceLock::new();
    let layer = LAYER.get_or_init(|| Query::new().config().expect("the operation has a layer"));
    let sdk = layer.load::<SharedResponseDeserializer>().expect("the layer has the deserializer");
    let output = sdk.deserialize_nonstreaming_with_config(response, &ConfigBag::base()).expect("a page");
    output.downcast().expect("the deserializer is the query's")
}

/// Serializes the body of a batch.
pub(crate) fn batch(input: BatchWriteItemInput) -> Vec<u8> {
    static LAYER: OnceLock<FrozenLayer> = OnceLock::new();
    let layer = LAYER.get_or_init(|| BatchWriteItem::new().config().expect("the operation has a layer"));
    let sdk = layer.load::<SharedRequestSerializer>().expect("the layer has the serializer");
    let request = sdk.serialize_input(Input::erase(input), &mut ConfigBag::base()).expect("a batch");
    request.body().bytes().expect("the body is in memory").to_vec()
}
