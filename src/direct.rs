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
use std::sync::{Arc, PoisonError, RwLock};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use captured::Captured;
pub(crate) use replay::{Received, ReplayClient};
pub(crate) use request::{DirectSender, TARGET_PREFIX};

/// What one SDK client is known to send with. Clones of a client share it.
#[derive(Default)]
pub(crate) struct Direct(RwLock<DirectState>);

#[derive(Default)]
enum DirectState {
    /// The next request of the SDK is captured.
    #[default]
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
    /// Returns whether the state is now `state`. Nothing replaces `Off`.
    fn set(&self, state: DirectState) -> bool {
        // A panic cannot leave it half written, so a poisoned lock is still good.
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let may_change = !matches!(*current, DirectState::Off);
        if may_change {
            *current = state;
        }
        may_change
    }

    /// Learns from a request that the SDK is about to transmit, if there is something to learn.
    pub(crate) fn capture(&self, request: &HttpRequest, components: &RuntimeComponents, config: &ConfigBag) {
        if !matches!(*self.0.read().unwrap_or_else(PoisonError::into_inner), DirectState::Unknown) {
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

    /// Returns what to send a first attempt with. `None` if the SDK has to send the request.
    pub(crate) async fn sender(&self) -> Option<Arc<DirectSender>> {
        let captured = match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
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
                if !sender.is_current().await {
                    // The credentials are new, or cannot be loaded. The SDK uses or reports them.
                    self.forget();
                    return None;
                }
                Some(sender)
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
                sender
            }
        }
    }

    /// Learns again from the next request of the SDK.
    pub(crate) fn forget(&self) {
        self.set(DirectState::Unknown);
    }

    /// Learns again, unless more is known than one request.
    pub(crate) fn forget_captured(&self) {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
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
