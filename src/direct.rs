//! The direct first attempt: a request that is signed and sent without the SDK's orchestrator.
//!
//! The SDK sends the first request of a client. From it, [`Direct`] learns the parts that the SDK sends with:
//! credentials, endpoint, HTTP client, headers. Before it uses them, it must build that request again with the same
//! headers and the same signature. It then sends the first attempt of later requests. Whatever goes wrong is replayed
//! to the SDK ([`ReplayClient`]), which classifies it and sends again. [The sender](crate::op::engine::send) decides
//! which requests are sent like this.

mod captured;
mod replay;
mod request;
mod sign;

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use captured::{Captured, reads_inputs};
pub(crate) use replay::{Received, ReplayClient};
pub(crate) use request::{DirectSender, TARGET_PREFIX};

/// What one SDK client is known to send with. Clones of a client share it.
pub(crate) struct Direct {
    is_on: bool,
    state: RwLock<DirectState>,
    /// Whether something other than the SDK's serializer may read the members of inputs: an interceptor, a custom endpoint
    /// resolver, or the SDK's metrics. Not set before the SDK has sent a request.
    reads_inputs: OnceLock<bool>,
}

enum DirectState {
    /// The next request of the SDK is captured.
    Unknown,
    /// A request of the SDK, which must be reproduced before its parts are used.
    Captured(Arc<Captured>),
    Ready(Arc<DirectSender>),
    /// The SDK sends everything.
    Off,
}

// Not derived: it holds keys.
impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Direct")
    }
}

impl Direct {
    /// Returns the state of a client that has not sent a request. If `is_on` is false, the SDK sends everything.
    pub(crate) fn new(is_on: bool) -> Self {
        let state = if is_on { DirectState::Unknown } else { DirectState::Off };
        Direct { is_on, state: RwLock::new(state), reads_inputs: OnceLock::new() }
    }

    /// Whether the user lets requests be sent directly.
    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether the SDK may send a body that singlet has written, with an input that lacks members.
    pub(crate) fn may_replace_body(&self) -> bool {
        self.reads_inputs.get() == Some(&false)
    }

    /// Returns whether the state is now `state`. Nothing replaces `Off`.
    fn set(&self, state: DirectState) -> bool {
        // A panic cannot leave it half written, so a poisoned lock is still good.
        let mut current = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let may_change = !matches!(*current, DirectState::Off);
        if may_change {
            *current = state;
        }
        may_change
    }

    /// Learns from a request that the SDK is about to transmit, if there is something to learn.
    pub(crate) fn capture(&self, request: &HttpRequest, components: &RuntimeComponents, config: &ConfigBag) {
        self.reads_inputs.get_or_init(|| reads_inputs(request, components, config));
        if !matches!(*self.state.read().unwrap_or_else(PoisonError::into_inner), DirectState::Unknown) {
            return;
        }
        self.set(match Captured::new(request, components, config) {
            Ok(captured) => DirectState::Captured(Arc::new(captured)),
            Err(reason) => {
                tracing::debug!(reason, "the SDK sends all requests of this client");
                DirectState::Off
            }
        });
    }

    /// Returns what to send a first attempt with, and the time to sign it with. `None` if the SDK has to send the request.
    pub(crate) async fn sender(&self) -> Option<(Arc<DirectSender>, SystemTime)> {
        let captured = match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            DirectState::Unknown | DirectState::Off => return None,
            DirectState::Ready(sender) => Ok(Arc::clone(sender)),
            DirectState::Captured(captured) => Err(Arc::clone(captured)),
        };
        match captured {
            Ok(sender) => {
                // The SDK alone returns to the quota what retries have taken from it: it does so with each success.
                if !sender.has_full_quota() {
                    return None;
                }
                let now = sender.now();
                if sender.is_recently_confirmed(now) {
                    return Some((sender, now));
                }
                // This future is boxed because it is rarely needed.
                if !Box::pin(sender.is_current()).await {
                    // The credentials are new, or cannot be loaded. The SDK uses or reports them.
                    self.forget();
                    return None;
                }
                let now = sender.now();
                Some((sender, now))
            }
            Err(captured) => {
                // Boxed, because it happens once.
                let sender = match Box::pin(captured.prove()).await {
                    Ok(sender) => sender.map(Arc::new),
                    Err(reason) => {
                        tracing::debug!(reason, "the SDK sends all requests of this client");
                        self.set(DirectState::Off);
                        return None;
                    }
                };
                self.set(sender.as_ref().map_or(DirectState::Unknown, |sender| DirectState::Ready(Arc::clone(sender))));
                let sender = sender?;
                let now = sender.now();
                Some((sender, now))
            }
        }
    }

    /// Learns again from the next request of the SDK.
    pub(crate) fn forget(&self) {
        self.set(DirectState::Unknown);
    }

    /// Learns again, unless more is known than one request.
    pub(crate) fn forget_captured(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, DirectState::Captured(_)) {
            *state = DirectState::Unknown;
        }
    }

    /// Leaves all further requests to the SDK, because the service refuses what is sent directly.
    pub(crate) fn stop(&self) {
        if self.set(DirectState::Off) {
            tracing::warn!(
                "DynamoDB refused a directly sent request and accepted it from the SDK, which now sends all requests of \
                 this client"
            );
        }
    }
}
