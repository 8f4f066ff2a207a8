//! Signatures of version 4 for DynamoDB's requests, with the signing key of a day kept.
//!
//! The key and the signature come from `aws-sigv4`. Only the canonical request is written here, because that crate keeps
//! no key between two requests. [`Captured`](super::captured::Captured) compares the result with a signature of the SDK.

use std::fmt::{self, Write as _};
use std::sync::{PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::{HeaderMap, Uri, header};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
pub(super) const USER_AGENT: &str = "x-amz-user-agent";

const DAY: u64 = 86_400;
const UNSIGNABLE: &str = "the request cannot be signed";

/// The parts of a request that are signed and that differ between requests.
pub(super) struct Signable<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) target: &'a str,
    pub(super) body_hash: [u8; 32],
    pub(super) body_length: usize,
}

/// Signs with one set of credentials, for one endpoint.
pub(super) struct Signer {
    credentials: Credentials,
    region: String,
    service: String,
    path: String,
    host: String,
    key: RwLock<Option<DayKey>>,
}

/// The signing key of one day. It is overwritten when it is dropped.
struct DayKey {
    day: u64,
    key: Zeroizing<[u8; 32]>,
    /// `20261127`.
    date: String,
    /// `20261127/eu-west-1/dynamodb/aws4_request`.
    scope: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    pub(super) fn new(identity: &Identity, uri: &Uri, region: &str, service: &str) -> Result<Self, &'static str> {
        let credentials = identity.data::<Credentials>().ok_or("the identity has no access key")?.clone();
        let default_port = match uri.scheme_str() {
            Some("http") => 80,
            _ => 443,
        };
        let mut host = uri.host().ok_or("the endpoint has no host")?.to_owned();
        if let Some(port) = uri.port_u16().filter(|port| *port != default_port) {
            // A `String` takes any text.
            let _ = write!(host, ":{port}");
        }
        let (region, service) = (region.to_owned(), service.to_owned());
        Ok(Signer { credentials, region, service, path: uri.path().to_owned(), host, key: RwLock::new(None) })
    }

    pub(super) fn access_key(&self) -> &str {
        self.credentials.access_key_id()
    }

    /// Returns the values of `x-amz-date` and `authorization`.
    pub(super) fn sign(&self, request: &Signable<'_>, now: SystemTime) -> Result<(String, String), &'static str> {
        let seconds = now.duration_since(UNIX_EPOCH).map_err(|_| UNSIGNABLE)?.as_secs();
        let (day, time) = (seconds / DAY, seconds % DAY);
        loop {
            let kept = self.key.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(key) = kept.as_ref().filter(|key| key.day == day) {
                return self.sign_with(key, request, time).ok_or(UNSIGNABLE);
            }
            drop(kept);
            let key = self.derive(day).ok_or(UNSIGNABLE)?;
            *self.key.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
        }
    }

    fn derive(&self, day: u64) -> Option<DayKey> {
        let midnight = DateTime::from_secs(i64::try_from(day * DAY).ok()?);
        let date = midnight.fmt(Format::DateTime).ok()?;
        let date = date.get(..10)?.replace('-', "");
        let secret = self.credentials.secret_access_key();
        let start = SystemTime::try_from(midnight).ok()?;
        let derived = v4::generate_signing_key(secret, start, &self.region, &self.service);
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(derived.as_ref().get(..32)?);
        let scope = format!("{date}/{}/{}/aws4_request", self.region, self.service);
        Some(DayKey { day, key, date, scope })
    }

    fn sign_with(&self, key: &DayKey, request: &Signable<'_>, time: u64) -> Option<(String, String)> {
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let mut stamp = String::with_capacity(16);
        write!(stamp, "{}T{hour:02}{minute:02}{second:02}Z", key.date).ok()?;
        let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
        let token = self.credentials.session_token();
        let signed = match token {
            Some(_) => "content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target;x-amz-user-agent",
            None => "content-length;content-type;host;x-amz-date;x-amz-target;x-amz-user-agent",
        };
        let (content_type, agent) = (text(header::CONTENT_TYPE.as_str())?, text(USER_AGENT)?);
        // Holds the session token.
        let mut canonical = Zeroizing::new(String::with_capacity(512 + agent.len() + token.map_or(0, str::len)));
        let (path, length, host) = (&self.path, request.body_length, &self.host);
        write!(canonical, "POST\n{path}\n\ncontent-length:{length}\ncontent-type:{content_type}\nhost:{host}\n")
            .ok()?;
        writeln!(canonical, "{DATE}:{stamp}").ok()?;
        if let Some(token) = token {
            writeln!(canonical, "{TOKEN}:{token}").ok()?;
        }
        write!(canonical, "x-amz-target:{}\n{USER_AGENT}:{agent}\n\n{signed}\n", request.target).ok()?;
        push_hex(&mut canonical, &request.body_hash);
        let mut to_sign = String::with_capacity(160);
        write!(to_sign, "AWS4-HMAC-SHA256\n{stamp}\n{}\n", key.scope).ok()?;
        push_hex(&mut to_sign, &Sha256::digest(canonical.as_bytes()));
        let signature = v4::calculate_signature(*key.key, to_sign.as_bytes());
        let (access_key, scope) = (self.access_key(), &key.scope);
        let mut authorization = String::with_capacity(320);
        write!(authorization, "AWS4-HMAC-SHA256 Credential={access_key}/{scope}, ").ok()?;
        write!(authorization, "SignedHeaders={signed}, Signature={signature}").ok()?;
        Some((stamp, authorization))
    }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
