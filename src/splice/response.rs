use std::ops::Range;
use std::sync::{Arc, PoisonError};

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::{ItemSink, Splice};
use crate::wire::{Fault, Reader};

#[derive(Debug)]
pub(super) struct Deserializer(pub(super) Arc<Splice>);

type Outcome = Result<Output, OrchestratorError<Error>>;

impl DeserializeResponse for Deserializer {
    fn deserialize_nonstreaming_with_config(&self, response: &HttpResponse, cfg: &ConfigBag) -> Outcome {
        let Some(sdk) = self.0.codec.deserializer() else {
            return Err(OrchestratorError::other("the SDK has no deserializer for the operation"));
        };
        // Errors are for the SDK alone, so that its retry classifiers see what they always see.
        match self.rest(response) {
            Some(rest) => sdk.deserialize_nonstreaming_with_config(&rest, cfg),
            None => sdk.deserialize_nonstreaming_with_config(response, cfg),
        }
    }
}

impl Deserializer {
    /// Gives the items to the sink and returns the response without them; `None` where the SDK must
    /// read it all: it is an error, or its body is damaged.
    fn rest(&self, response: &HttpResponse) -> Option<HttpResponse> {
        let body = response.body().bytes().filter(|_| response.status().is_success())?;
        let mut sink = self.0.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let sink = sink.as_deref_mut()?;
        sink.clear();
        let Ok(items) = read_items(body, self.0.items?, sink) else {
            sink.reset();
            return None;
        };
        let items = items?;
        let mut rest = Vec::with_capacity(body.len() - items.len() + 2);
        rest.extend_from_slice(&body[..items.start]);
        // An item becomes `{}`, a list of items `[]`.
        rest.extend_from_slice(if body.get(items.start) == Some(&b'[') { b"[]" } else { b"{}" });
        rest.extend_from_slice(&body[items.end..]);
        let mut small = HttpResponse::new(response.status(), SdkBody::from(rest));
        // The output's request id comes from there.
        if let Some(id) = response.headers().get("x-amzn-requestid") {
            small.headers_mut().try_insert("x-amzn-requestid", id.to_owned()).ok()?;
        }
        Some(small)
    }
}

/// What the SDK makes of `response`, once the items in it are with the splice's sink.
pub(crate) fn deserialize(splice: &Arc<Splice>, response: &HttpResponse) -> Outcome {
    Deserializer(Arc::clone(splice)).deserialize_nonstreaming_with_config(response, &ConfigBag::base())
}

/// Reads the items of the member `name`: where its value stands in the body, `None` where the body
/// does not have it.
fn read_items(body: &[u8], name: &str, sink: &mut dyn ItemSink) -> Result<Option<Range<usize>>, Fault> {
    let mut reader = Reader::new(body)?;
    let mut found = None;
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?;
        let start = reader.position();
        if key == name {
            read_member(&mut reader, sink)?;
            found = Some(start..reader.position());
        } else {
            reader.skip()?;
            // The service sends the count first.
            if key == "Count" {
                let count = std::str::from_utf8(reader.since(start)).ok().and_then(|n| n.trim().parse().ok());
                // A page of 1 MB cannot hold more items than a sixth of its bytes.
                sink.reserve(count.unwrap_or(0_usize).min(body.len() / 6));
            }
        }
        more = reader.more_entries()?;
    }
    reader.finish()?;
    Ok(found)
}

fn read_member(reader: &mut Reader<'_>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    if !reader.at_list() {
        return sink.item(reader);
    }
    let mut more = reader.open_list()?;
    while more {
        sink.item(reader)?;
        more = reader.more_elements()?;
    }
    Ok(())
}
