//! Which requests are sent [directly](crate::direct), and what becomes of those that do not succeed.

#![warn(clippy::large_futures)]

use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;

use crate::client::with_sent_key;
use crate::direct::{Direct, DirectSender, Received, ReplayClient};
use crate::op::engine::context::Context;
use crate::op::engine::request_body::{RequestBody, USUAL_LENGTH, Unconverted};
use crate::op::engine::sdk_operation::SdkOperation;
use crate::op::engine::send::{Transport, builder_or_empty};
use crate::splice::{self, ApiOperation, Remainder, Splice, SpliceInterceptor};
use crate::wire::Fault;

/// The codes with which AWS refuses a signature.
const BAD_SIGNATURE: [&str; 5] = [
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "RequestTimeTooSkewed",
];

/// The codes with which AWS refuses credentials.
const BAD_CREDENTIALS: [&str; 3] = ["ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId"];

/// The longest body of a refusal.
const REFUSAL_BYTES: usize = 4096;

/// The output of a request, and the id that the service gave it.
pub(super) type OutputAndId<O> = (Box<O>, Option<String>);

/// What came of the first attempt.
enum FirstAttempt {
    /// The SDK has to send it.
    Unsent,
    Answered(Remainder, Option<String>),
    /// The SDK decides what is to be done.
    Failed(ReplayClient),
    /// The signature or the credentials are refused. The SDK signs the request itself if there is nothing to replay.
    Refused(Arc<DirectSender>, Option<ReplayClient>),
}

impl Context {
    /// Sends the first attempt directly if the client can, and hands to the SDK whatever does not succeed.
    pub(super) async fn deliver<R: Transport>(
        &self,
        builder: Option<Box<R>>,
        unconverted: Unconverted<'_>,
        splice: &Arc<Splice>,
        interceptor: SpliceInterceptor,
        is_customized: bool,
    ) -> Result<OutputAndId<R::Output>, Box<SdkError<R::Error, HttpResponse>>> {
        let sdk = self.client.sdk();
        let Some(direct) = self.direct(is_customized) else {
            return boxed(by_sdk(unconverted.complete(builder_or_empty(builder, sdk)), interceptor, None).await);
        };
        let first = match direct.sender().await {
            Some((sender, now)) => match body(builder.as_deref(), unconverted, splice) {
                Some(body) => {
                    let only_sdk = R::OUTPUT_OF_SUMMARY.is_none();
                    Box::pin(attempt((sender, now), splice, R::CODEC.operation(), only_sdk, body)).await
                }
                // The SDK reports why the body cannot be written.
                None => FirstAttempt::Unsent,
            },
            None => FirstAttempt::Unsent,
        };
        let by_sdk =
            |replay| by_sdk(for_sdk(builder_or_empty(builder, sdk), unconverted, splice, direct), interceptor, replay);
        let outcome = match first {
            FirstAttempt::Unsent => {
                splice.teach(direct);
                let outcome = by_sdk(None).await;
                if outcome.is_err() {
                    // Only a request that the service accepts shows how to send others.
                    direct.forget_captured();
                }
                outcome
            }
            FirstAttempt::Answered(remainder, request_id) => {
                let output = match remainder {
                    Remainder::Summary(summary) => R::OUTPUT_OF_SUMMARY.map(|output| Box::new(output(summary))),
                    Remainder::Output(output) => output.downcast::<R::Output>().ok().map(Box::new),
                };
                // The SDK's deserializer of the operation made it, or the operation has an output of summaries.
                return Ok((output.unwrap_or_else(|| unreachable!("an output of another operation")), request_id));
            }
            FirstAttempt::Failed(replay) => by_sdk(Some(replay)).await,
            FirstAttempt::Refused(sender, replay) => {
                // The SDK sends the requests that start later, and resolves their credentials.
                direct.forget();
                let outcome = by_sdk(replay).await;
                settle(direct, &sender, outcome.is_ok()).await;
                outcome
            }
        };
        boxed(outcome)
    }

    /// Returns the state of the client's direct requests. `None` if a user or an interceptor may read or change this request,
    /// or if it names its table by an ARN.
    fn direct(&self, is_customized: bool) -> Option<&Arc<Direct>> {
        // An interceptor that the user adds could have any name, so the captured request cannot tell.
        let is_intercepted = self.client.sdk().config().interceptors().next().is_some();
        // An ARN can lead to the endpoint of another account.
        (!is_customized && !is_intercepted && !self.table.contains("arn:")).then(|| self.client.direct())
    }
}

/// What the SDK's own call of an operation returns.
type SdkOutcome<R> = Result<<R as SdkOperation>::Output, SdkError<<R as SdkOperation>::Error, HttpResponse>>;

fn boxed<O: RequestId, E>(outcome: Result<O, E>) -> Result<OutputAndId<O>, Box<E>> {
    match outcome {
        Ok(output) => {
            let request_id = output.request_id().map(str::to_owned);
            Ok((Box::new(output), request_id))
        }
        Err(error) => Err(Box::new(error)),
    }
}

/// Sends a request by the SDK. Its future takes several kilobytes, so those of direct requests do not include it.
fn by_sdk<R: Transport>(
    builder: R,
    interceptor: SpliceInterceptor,
    replay: Option<ReplayClient>,
) -> Pin<Box<impl Future<Output = SdkOutcome<R>> + Send>> {
    Box::pin(with_sent_key(builder.transmit(interceptor, replay)))
}

/// Returns the builder of a request that the SDK sends. If possible, `splice` gets the body, which costs less than to
/// convert and serialize the SDK's maps.
fn for_sdk<R: SdkOperation>(builder: R, unconverted: Unconverted<'_>, splice: &Splice, direct: &Direct) -> R {
    if direct.may_replace_body()
        && let Ok(Some(body)) = write_body(Some(&builder), unconverted, splice)
    {
        splice.set_body(body);
        // The SDK resolves the endpoint from the table name.
        return Unconverted { table: unconverted.table, ..Unconverted::default() }.complete(builder);
    }
    unconverted.complete(builder)
}

/// Returns the body of a direct request.
fn body<R: SdkOperation>(builder: Option<&R>, unconverted: Unconverted<'_>, splice: &Splice) -> Option<Bytes> {
    match write_body(builder, unconverted, splice) {
        Ok(Some(body)) => Some(body),
        Ok(None) => builder?.input().ok().and_then(|input| splice.body(input).ok()).map(Bytes::from),
        Err(_) => None,
    }
}

/// Writes the body of a request. Returns `None` if only the SDK can write it.
fn write_body<R: SdkOperation>(
    builder: Option<&R>,
    unconverted: Unconverted<'_>,
    splice: &Splice,
) -> Result<Option<Bytes>, Fault> {
    if R::is_all_in_head(builder)
        && let Some(object) = splice.object()
    {
        return Ok(Some(object));
    }
    let head = splice.take_head().map(|head| head.into_open(USUAL_LENGTH));
    let head_length = head.as_ref().map(Vec::len);
    let mut body = RequestBody::new(head, unconverted);
    let is_supported = R::write_body(builder, &mut body);
    let (body, fault) = body.into_parts();
    let body = Bytes::from(body);
    if let Some(length) = head_length {
        splice.return_head(body.slice(..length));
    }
    fault.map_or(Ok(is_supported.then_some(body)), Err)
}

/// Sends a request, which is signed with the time `now`.
async fn attempt(
    (sender, now): (Arc<DirectSender>, SystemTime),
    splice: &Splice,
    operation: ApiOperation,
    only_sdk: bool,
    body: Bytes,
) -> FirstAttempt {
    let Ok(request) = sender.request(operation.target(), body, now) else { return FirstAttempt::Unsent };
    splice.recorded().begin_direct();
    let received = sender.send(request).await;
    if let Some(response) = received.success()
        && let Ok(remainder) = splice::deserialize_success(splice, response, only_sdk)
    {
        splice.recorded().answered(response);
        return FirstAttempt::Answered(remainder, response.request_id().map(str::to_owned));
    }
    let Some(is_signature) = refusal(&received) else {
        splice.recorded().replay();
        return FirstAttempt::Failed(sender.replay(received));
    };
    // If the cache already has other credentials, the SDK would attribute a replayed refusal to these.
    if is_signature || !sender.is_current().await {
        if let Ok(response) = &received.outcome {
            splice.recorded().answered(response);
        }
        return FirstAttempt::Refused(sender, None);
    }
    splice.recorded().replay();
    let replay = sender.replay(received);
    FirstAttempt::Refused(sender, Some(replay))
}

/// If the response refuses the signature or the credentials, returns whether it is the signature.
fn refusal(received: &Received) -> Option<bool> {
    let response = received.outcome.as_ref().ok().filter(|response| response.status().is_client_error())?;
    let body = response.body().bytes().filter(|body| body.len() <= REFUSAL_BYTES)?;
    let text = std::str::from_utf8(body).ok()?;
    let names = |codes: &[&str]| codes.iter().any(|code| text.contains(code));
    let is_signature = names(&BAD_SIGNATURE);
    (is_signature || names(&BAD_CREDENTIALS)).then_some(is_signature)
}

/// Decides what a refusal says about direct requests, after the SDK has sent the request.
async fn settle(direct: &Direct, sender: &DirectSender, is_accepted: bool) {
    if is_accepted && sender.is_current().await {
        direct.stop();
    } else {
        direct.forget();
    }
}
