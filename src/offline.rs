//! Encoding and decoding without a client. The benchmarks compare these functions with the SDK's own code.
//!
//! Hidden from the documentation; not part of the public API.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::splice::{self, Attempts, SdkCodec, Splice, VecSink};
use crate::{Error, ErrorKind, Model, Result, batch_write, model};

/// Reads the response of a query: the items directly, and everything else through the SDK.
pub fn decode_page<M: Model>(response: &HttpResponse) -> Result<Vec<M>> {
    let (splice, _) =
        Splice::new(SdkCodec::Query).items("Items", VecSink::<M>::many()).interceptor(Attempts::default());
    let unread = || Error::new(ErrorKind::Decode, "the response is not a page of a query");
    splice::deserialize(&splice, response).map_err(|_| unread())?;
    let mut sink = splice.take_sink().ok_or_else(unread)?;
    match sink.take_fault() {
        Some(fault) => Err(model::fault_of::<M>(fault)),
        None => Ok(VecSink::<M>::items_of(sink)),
    }
}

/// Writes the request body of one batch of at most 25 items.
pub fn encode_batch<M: Model>(models: &[M]) -> Result<Vec<u8>> {
    batch_write().put_all(models).body()
}
