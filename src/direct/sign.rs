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
/// The length of a signature in hexadecimal digits.
const SIGNATURE_LENGTH: usize = 64;
const UNSIGNABLE: &str = "the request cannot be signed";

/// The signed parts of a request that vary.
pub(super) struct Signable<'a> {
    pub(super) target: &'a str,
    pub(super) body_hash: [u8; 32],
    pub(super) body_length: &'a str,
}

/// Signs with one set of credentials, for one endpoint.
pub(super) struct Signer {
    credentials: Credentials,
    region: String,
    service: String,
    canonical: CanonicalRequest,
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
    /// The value of `authorization`, without the signature.
    authorization: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// Creates a signer for requests with these values of `content-type` and `x-amz-user-agent`.
    pub(super) fn new(
        identity: &Identity,
        uri: &Uri,
        region: &str,
        service: &str,
        content_type: &str,
        user_agent: &str,
    ) -> Result<Self, &'static str> {
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
        let token = credentials.session_token();
        let headers = [
            ("content-length", None),
            ("content-type", Some(content_type)),
            ("host", Some(&*host)),
            (DATE, None),
            (TOKEN, token),
            ("x-amz-target", None),
            (USER_AGENT, Some(user_agent)),
        ];
        let headers = headers.into_iter().filter(|(name, _)| *name != TOKEN || token.is_some());
        let canonical = CanonicalRequest::new(uri.path(), headers);
        Ok(Signer {
            credentials,
            region: region.to_owned(),
            service: service.to_owned(),
            canonical,
            key: RwLock::new(None),
        })
    }

    pub(super) fn access_key(&self) -> &str {
        self.credentials.access_key_id()
    }

    /// Returns the values of `x-amz-date` and `authorization`.
    pub(super) fn sign(&self, request: &Signable<'_>, now: SystemTime) -> Result<(String, String), &'static str> {
        let seconds = now.duration_since(UNIX_EPOCH).map_err(|_| UNSIGNABLE)?.as_secs();
        let (day, time) = (seconds / DAY, u32::try_from(seconds % DAY).map_err(|_| UNSIGNABLE)?);
        loop {
            let kept = self.key.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(key) = kept.as_ref().filter(|key| key.day == day) {
                return Ok(self.sign_with(key, request, time));
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
        let (access_key, names) = (self.access_key(), &self.canonical.names);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature=");
        Some(DayKey { day, key, date, scope, authorization })
    }

    fn sign_with(&self, key: &DayKey, request: &Signable<'_>, time: u32) -> (String, String) {
        let mut stamp = String::with_capacity(16);
        stamp.push_str(&key.date);
        stamp.push('T');
        for number in [time / 3600, time / 60 % 60, time % 60] {
            // `write!` would take a hundredth of the time of a request.
            stamp.extend([number / 10, number % 10].into_iter().filter_map(|digit| char::from_digit(digit, 10)));
        }
        stamp.push('Z');
        let varying = [request.body_length, &stamp, request.target];
        let authorization = key.authorization(&stamp, &self.canonical.hash(&varying, &request.body_hash));
        (stamp, authorization)
    }
}

impl DayKey {
    /// Returns the value of `authorization` for the canonical request with this hash.
    fn authorization(&self, stamp: &str, canonical: &[u8; 32]) -> String {
        // Exactly as long as the text, so a header value uses this memory without a copy.
        let mut authorization = String::with_capacity(self.authorization.len() + SIGNATURE_LENGTH);
        // The value is longer than the string to sign, so the buffer first contains one and then the other.
        write_string_to_sign(&mut authorization, stamp, &self.scope, canonical);
        let signature = v4::calculate_signature(*self.key, authorization.as_bytes());
        authorization.clear();
        authorization.push_str(&self.authorization);
        authorization.push_str(&signature);
        authorization
    }
}

/// The canonical request of a `POST` without a query, up to the hash of the body and without the values of headers that vary.
struct CanonicalRequest {
    /// The text around the values that vary. It is overwritten when it is dropped, because it holds the session token.
    pieces: Vec<Zeroizing<String>>,
    /// `host;x-amz-date`.
    names: String,
}

impl CanonicalRequest {
    /// The headers are in the order of their names. A value that varies is `None`.
    fn new<'a>(path: &str, headers: impl Iterator<Item = (&'a str, Option<&'a str>)> + Clone) -> Self {
        let names = headers.clone().map(|(name, _)| name).collect::<Vec<_>>().join(";");
        // A string that grows would leave a copy of the token behind.
        let values = headers.clone().map(|(_, value)| value.map_or(0, str::len) + 2).sum::<usize>();
        let room = path.len() + 2 * names.len() + values + 16;
        let piece = || Zeroizing::new(String::with_capacity(room));
        let (mut pieces, mut last) = (Vec::new(), piece());
        let push = |piece: &mut String, parts: &[&str]| parts.iter().for_each(|part| piece.push_str(part));
        push(&mut last, &["POST\n", path, "\n\n"]);
        for (name, value) in headers {
            push(&mut last, &[name, ":"]);
            match value {
                Some(value) => push(&mut last, &[value]),
                None => pieces.push(std::mem::replace(&mut last, piece())),
            }
            push(&mut last, &["\n"]);
        }
        push(&mut last, &["\n", &names, "\n"]);
        pieces.push(last);
        CanonicalRequest { pieces, names }
    }

    /// The text up to the hash of the body. The values that vary are in the order of the headers.
    fn parts<'a>(&'a self, values: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
        debug_assert_eq!(values.len() + 1, self.pieces.len());
        // No value follows the last piece.
        let values = values.iter().copied().chain([""]);
        self.pieces.iter().zip(values).flat_map(|(piece, value)| [piece.as_str(), value])
    }

    /// Returns the hash of the text. It hashes the parts one by one, so no copy of the session token has to be
    /// overwritten.
    fn hash(&self, values: &[&str], body_hash: &[u8; 32]) -> [u8; 32] {
        let hash = self.parts(values).fold(Sha256::new(), Sha256::chain_update);
        hash.chain_update(digits(body_hash)).finalize().into()
    }
}

fn write_string_to_sign(text: &mut String, stamp: &str, scope: &str, canonical: &[u8; 32]) {
    for part in ["AWS4-HMAC-SHA256\n", stamp, "\n", scope, "\n"] {
        text.push_str(part);
    }
    push_hex(text, canonical);
}

pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    // A hash has 32 bytes.
    for bytes in bytes.chunks(32) {
        // Digits are text.
        text.push_str(std::str::from_utf8(&digits(bytes)[..2 * bytes.len()]).unwrap_or_default());
    }
}

/// The hexadecimal digits of at most 32 bytes.
fn digits(bytes: &[u8]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 64];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    digits
}

#[cfg(test)]
mod vectors;
