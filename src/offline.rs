//! Encoding and decoding without a client. The benchmarks compare these functions with the SDK's own code.
//!
//! Hidden from the documentation; not part of the public API.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;

use crate::op::engine::sdk_operation::SdkOperation;
use crate::splice::{self, Attempts, Decoder, Head, Member, Shape, Splice, items_of};
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
pub fn encode_batch<M: Model>(models: &[M]) -> Result<Bytes> {
    match batch_write().put_all(models).head()? {
        Head::Object(body) => Ok(body),
        head => {
            let mut body = head.into_open(1);
            body.push(b'}');
            Ok(body.into())
        }
    }
}
