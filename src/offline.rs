//! Encoding and decoding without a client. The benchmarks compare these functions with the SDK's own code.
//!
//! Hidden from the documentation; not part of the public API.

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::op::engine::sdk_operation::SdkOperation;
use crate::splice::{self, Attempts, Decoder, Member, Shape, Splice, items_of};
use crate::{Error, ErrorKind, Model, Result, batch_write, model};

/// Reads the response of a query: the items directly, and everything else through the SDK.
pub fn decode_page<M: Model>(response: &HttpResponse) -> Result<Vec<M>> {
    let items = Member { name: "Items", shape: Shape::Items };
    let splice =
        Splice::new(QueryFluentBuilder::CODEC, Attempts::default()).items(items, Some(Decoder::<M>::model().sink()));
    let (splice, _) = splice.interceptor();
    let unread = || Error::new(ErrorKind::Decode, "the response is not a page of a query");
    splice::deserialize(&splice, response).map_err(|_| unread())?;
    let mut sink = splice.take_sink().ok_or_else(unread)?;
    match sink.take_error(&model::fault_of::<M>) {
        Some(error) => Err(error),
        None => Ok(items_of::<M>(sink.into_read().ok_or_else(unread)?)),
    }
}

/// Writes the request body of one batch of at most 25 items.
pub fn encode_batch<M: Model>(models: &[M]) -> Result<Vec<u8>> {
    let input = BatchWriteItemInput::builder().build().map(Input::erase);
    let failed = || Error::new(ErrorKind::Encode, "the SDK could not build the request");
    let (input, head) = (input.map_err(|_| failed())?, batch_write().put_all(models).head()?);
    splice::serialize(BatchWriteItemFluentBuilder::CODEC, input, Some(head)).map_err(|_| failed())
}
