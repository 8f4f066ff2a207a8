//! The request side of the splice: adds encoded items to a request body that the SDK serialized, or replaces this body.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::ser_de::SerializeRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use crate::splice::{Head, SdkCodec, Splice, Written};

#[derive(Debug)]
pub(super) struct Serializer(pub(super) Arc<Splice>);

impl SerializeRequest for Serializer {
    fn serialize_input(&self, input: Input, cfg: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let sdk = self.0.codec.serializer().ok_or("the SDK has no serializer for the operation")?;
        let mut request = sdk.serialize_input(input, cfg)?;
        let members = request.body().bytes().ok_or("the SDK wrote a streaming body")?;
        let body = match self.0.take_written().ok_or("the request was serialized twice")? {
            Written::Head(head) => join(head, members).into(),
            Written::Body(body) => body,
        };
        let length = body.len();
        *request.body_mut() = SdkBody::from(body);
        request.headers_mut().try_insert("content-length", length.to_string())?;
        Ok(request)
    }
}

/// Joins `{"Item":{…}` and `{"TableName":…}` to one object.
fn join(head: Head, members: &[u8]) -> Vec<u8> {
    let mut head = head.into_open(members.len());
    let members = members.strip_prefix(b"{").unwrap_or(members);
    if members.first().is_some_and(|byte| *byte != b'}') {
        head.push(b',');
    }
    head.extend_from_slice(members);
    head
}

/// Returns the request body that the SDK would send for `input`, with `head` before its members.
pub(crate) fn serialize(codec: SdkCodec, input: Input, head: Option<Head>) -> Result<Vec<u8>, BoxError> {
    let sdk = codec.serializer().ok_or("the SDK has no serializer for the operation")?;
    let request = sdk.serialize_input(input, &mut ConfigBag::base())?;
    let members = request.body().bytes().ok_or("the SDK wrote a streaming body")?;
    Ok(match head {
        Some(head) => join(head, members),
        None => members.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_with_and_without_further_members() {
        let heads = || {
            let (open, object) = ("{\"A\":1", "{\"A\":1}");
            [Head::Open(open.into()), Head::Shared(open.into()), Head::Object(object.into())]
        };
        for head in heads() {
            assert_eq!(join(head, b"{\"B\":2}"), b"{\"A\":1,\"B\":2}");
        }
        for head in heads() {
            assert_eq!(join(head, b"{}"), b"{\"A\":1}");
        }
    }
}
