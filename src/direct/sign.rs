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
use http::Uri;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
pub(super) const USER_AGENT: &str = "x-amz-user-agent";

const DAY: u64 = 86_400;
const UNSIGNABLE: &str = "the request cannot be signed";

/// The signed parts of a request that do not depend on the endpoint and the credentials.
pub(super) struct Signable<'a> {
    pub(super) content_type: &'a str,
    pub(super) user_agent: &'a str,
    pub(super) target: &'a str,
    pub(super) body_hash: [u8; 32],
    pub(super) body_length: &'a str,
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
        let token = self.credentials.session_token();
        let headers = [
            ("content-length", request.body_length),
            ("content-type", request.content_type),
            ("host", &self.host),
            (DATE, &stamp),
            (TOKEN, token.unwrap_or_default()),
            ("x-amz-target", request.target),
            (USER_AGENT, request.user_agent),
        ];
        let headers = headers.into_iter().filter(|(name, _)| *name != TOKEN || token.is_some());
        let authorization = self.authorization(key, &stamp, headers, &request.body_hash);
        Some((stamp, authorization))
    }

    /// Signs a request with these headers, which are in the order of their names.
    fn authorization<'a>(
        &self,
        key: &DayKey,
        stamp: &str,
        headers: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        body_hash: &[u8; 32],
    ) -> String {
        let canonical = canonical_request(&self.path, headers.clone(), body_hash);
        let signature = v4::calculate_signature(*key.key, string_to_sign(stamp, &key.scope, &canonical).as_bytes());
        let start = ["AWS4-HMAC-SHA256 Credential=", self.access_key(), "/", &key.scope, ", SignedHeaders="];
        let names: usize = headers.clone().map(|(name, _)| name.len() + 1).sum();
        // Exactly as long as the text, so that a header value takes it over: one `;` less than names.
        let rest = ", Signature=".len() + signature.len();
        let mut authorization =
            String::with_capacity(start.iter().map(|part| part.len()).sum::<usize>() + names.saturating_sub(1) + rest);
        for part in start {
            authorization.push_str(part);
        }
        push_names(&mut authorization, headers);
        authorization.push_str(", Signature=");
        authorization.push_str(&signature);
        authorization
    }
}

/// The canonical request of a `POST` without a query. It is overwritten when it is dropped, because it holds the session
/// token.
fn canonical_request<'a>(
    path: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    body_hash: &[u8; 32],
) -> Zeroizing<String> {
    // Twice the names, because they are listed once more. A string that grows would leave a copy of the token behind.
    let length: usize = headers.clone().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
    let mut canonical = Zeroizing::new(String::with_capacity(path.len() + length + 80));
    for part in ["POST\n", path, "\n\n"] {
        canonical.push_str(part);
    }
    for (name, value) in headers.clone() {
        for part in [name, ":", value, "\n"] {
            canonical.push_str(part);
        }
    }
    canonical.push('\n');
    push_names(&mut canonical, headers);
    canonical.push('\n');
    push_hex(&mut canonical, body_hash);
    canonical
}

fn string_to_sign(stamp: &str, scope: &str, canonical: &str) -> String {
    let mut text = String::with_capacity(160);
    for part in ["AWS4-HMAC-SHA256\n", stamp, "\n", scope, "\n"] {
        text.push_str(part);
    }
    push_hex(&mut text, &Sha256::digest(canonical.as_bytes()));
    text
}

/// Writes `host;x-amz-date`.
fn push_names<'a>(text: &mut String, headers: impl Iterator<Item = (&'a str, &'a str)>) {
    for (place, (name, _)) in headers.enumerate() {
        if place > 0 {
            text.push(';');
        }
        text.push_str(name);
    }
}

pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // A hash has 32 bytes.
    for bytes in bytes.chunks(32) {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        // Digits are text.
        text.push_str(std::str::from_utf8(&digits[..2 * bytes.len()]).unwrap_or_default());
    }
}

#[cfg(test)]
mod vectors;
