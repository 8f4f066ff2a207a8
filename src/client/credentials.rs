//! Who a client acts as: the keys and the region of a profile, and new keys after the service has refused the old ones.

use std::cell::RefCell;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_config::Region;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ErrorMetadata;

use crate::{Error, ErrorKind, Result};

const NO_PROFILE: &str = "`profile` names no profile with credentials in `~/.aws/config` or `~/.aws/credentials`; check \
                          its name";
const BAD_PROFILE: &str =
    "the profile is invalid, or needs the cargo feature `sso` or `credentials-process` of singlet";
const NOT_LOADED: &str = "the credentials of the profile could not be loaded; sign in again (with IAM Identity Center: \
                          `aws sso login`), or check the profile";

/// The codes with which AWS refuses credentials that newer ones may replace.
const EXPIRED: [&str; 4] =
    ["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId"];

/// How long the service's refusal of a key counts as that of the same key.
const REFUSAL: Duration = Duration::from_mins(1);

tokio::task_local! {
    /// The access key of the current attempt. The SDK tells a retry classifier neither the request nor its identity.
    static SENT_KEY: RefCell<Option<String>>;
}

/// Runs a request of the SDK, and remembers for its retries which access key each attempt was sent with.
pub(crate) fn with_sent_key<F: Future>(request: F) -> impl Future<Output = F::Output> + use<F> {
    SENT_KEY.scope(RefCell::default(), request)
}

/// The region of a profile, if it names one.
pub(super) async fn region_of(profile: &str) -> Option<Region> {
    ProfileFileRegionProvider::builder().profile_name(profile).build().region().await
}

/// The credentials of a profile, whatever the environment says. They are loaded once, so that a mistake is known at once.
pub(super) async fn of_profile(
    profile: &str,
    region: Option<Region>,
    http_client: Option<SharedHttpClient>,
) -> Result<impl ProvideCredentials + use<>> {
    let mut config = ProviderConfig::without_region().with_region(region);
    if let Some(client) = http_client {
        config = config.with_http_client(client);
    }
    let provider = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build();
    let loaded = provider.provide_credentials().await.map_err(|error| {
        let (kind, message) = match error {
            CredentialsError::CredentialsNotLoaded(_) => (ErrorKind::Configuration, NO_PROFILE),
            CredentialsError::InvalidConfiguration(_) => (ErrorKind::Configuration, BAD_PROFILE),
            _ => (ErrorKind::Credentials, NOT_LOADED),
        };
        Error::new(kind, message).with_source(error)
    })?;
    Ok(ProfileCredentials { loaded: Mutex::new(Some(loaded)), provider })
}

/// The credentials of a profile, of which the first are loaded already.
#[derive(Debug)]
struct ProfileCredentials {
    loaded: Mutex<Option<Credentials>>,
    provider: ProfileFileCredentialsProvider,
}

impl ProvideCredentials for ProfileCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let loaded: Option<provider::Result> =
            self.loaded.lock().unwrap_or_else(PoisonError::into_inner).take().map(Ok);
        loaded.map_or_else(|| self.provider.provide_credentials(), future::ProvideCredentials::ready)
    }
}

/// The SDK's cache of credentials, which is emptied when the service refuses what is in it: they may have been revoked
/// before the time at which they expire. Clones share it.
#[derive(Clone)]
pub(super) struct RenewedCredentials(Arc<Mutex<CachedCredentials>>);

struct CachedCredentials {
    cache: SharedIdentityCache,
    /// The access key that was loaded last.
    key: Option<String>,
    /// The access key that was refused last, and when.
    refused: Option<(Option<String>, Instant)>,
}

// Not derived: keys must not be printed.
impl fmt::Debug for RenewedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenewedCredentials")
    }
}

impl RenewedCredentials {
    pub(super) fn new() -> Self {
        let cached = CachedCredentials { cache: IdentityCache::lazy().build(), key: None, refused: None };
        RenewedCredentials(Arc::new(Mutex::new(cached)))
    }

    fn lock(&self) -> MutexGuard<'_, CachedCredentials> {
        // A panic cannot leave it half written, so a poisoned lock is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Empties the cache after the refusal of the key `sent`. Returns whether the request is worth sending again, which it
    /// is not if the newly loaded key is the one that was refused.
    fn refuse(&self, sent: Option<&str>) -> bool {
        let mut cached = self.lock();
        if sent.is_some() && cached.key.as_deref() != sent {
            // Another request has emptied the cache, and perhaps a new key has been loaded since.
            return true;
        }
        match &cached.refused {
            // The same, if it is not known which key was sent.
            Some((_, at)) if at.elapsed() < REFUSAL && cached.key.is_none() => true,
            Some((refused, at)) if at.elapsed() < REFUSAL && cached.key == *refused => false,
            _ => {
                cached.cache = IdentityCache::lazy().build();
                let refused = cached.key.take();
                cached.refused = Some((refused, Instant::now()));
                true
            }
        }
    }
}

impl ResolveCachedIdentity for RenewedCredentials {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        let cache = self.lock().cache.clone();
        IdentityFuture::new(async move {
            let identity = cache.resolve_cached_identity(resolver, components, config).await?;
            let key = identity.data::<Credentials>().map(Credentials::access_key_id);
            // Requests that singlet does not send, and direct ones, keep no key.
            let _ = SENT_KEY.try_with(|sent| *sent.borrow_mut() = key.map(str::to_owned));
            let mut cached = self.lock();
            if cached.key.as_deref() != key {
                cached.key = key.map(str::to_owned);
            }
            drop(cached);
            Ok(identity)
        })
    }
}

impl ClassifyRetry for RenewedCredentials {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        if let Some(error) = error.as_operation_error() {
            cause = Some(error);
        }
        while let Some(error) = cause {
            if error.is::<CredentialsError>() {
                // Without credentials, a further attempt fails in the same way.
                return RetryAction::RetryForbidden;
            }
            let code = error.downcast_ref::<ErrorMetadata>().and_then(ErrorMetadata::code);
            if code.is_some_and(|code| EXPIRED.contains(&code)) {
                let sent = SENT_KEY.try_with(|sent| sent.borrow().clone()).ok().flatten();
                return if self.refuse(sent.as_deref()) {
                    RetryAction::client_error()
                } else {
                    RetryAction::NoActionIndicated
                };
            }
            cause = error.source();
        }
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "singlet::RenewedCredentials"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_refusal_of_an_old_key_leaves_the_new_one() {
        let renewed = RenewedCredentials::new();
        let load = |key: &str| renewed.lock().key = Some(key.to_owned());
        let loaded = || renewed.lock().key.clone();
        load("A");
        assert!(renewed.refuse(Some("A")) && loaded().is_none());
        assert!(renewed.refuse(Some("A")), "another request has emptied the cache");
        load("B");
        for _ in 0..2 {
            assert!(renewed.refuse(Some("A")) && loaded().as_deref() == Some("B"), "B may still be good");
        }
        assert!(renewed.refuse(Some("B")) && loaded().is_none(), "B is refused itself");
        load("B");
        assert!(!renewed.refuse(Some("B")), "nothing newer was loaded");
    }
}
