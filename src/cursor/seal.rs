//! Binds a cursor to its query with a digest, or with an HMAC if the client has a key.
//!
//! Without a key, anybody can compute the digest. It then only detects mistakes, and the reading operations check that
//! the keys of a cursor are within the queried range.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::payload::Payload;
use super::{Cursor, invalid};
use crate::Result;

// Increment it with every change of the form. Tokens of other versions are refused.
const VERSION: u8 = 1;
/// Half a SHA-256, which RFC 2104 permits. Neither chance nor forgery succeeds, and tokens stay short.
const TAG: usize = 16;

/// What a cursor belongs to: a query without its filter and page size.
#[derive(Debug, Clone)]
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    pub(crate) fn new() -> Self {
        // Enough for a usual query.
        Binding(Vec::with_capacity(128))
    }

    /// Adds a fact. Its length is part of the digest, so that two facts cannot run into one.
    pub(crate) fn add(&mut self, fact: &[u8]) {
        self.0.extend_from_slice(&(fact.len() as u64).to_le_bytes());
        self.0.extend_from_slice(fact);
    }

    /// Makes a token with these contents for this query.
    pub(crate) fn seal(&self, payload: &Payload, key: Option<&[u8]>) -> Cursor {
        let mut bytes = Vec::with_capacity(128);
        payload.encode(&mut bytes);
        let tag = self.tag(&bytes, key);
        let token = [&[VERSION][..], &tag, &bytes].concat();
        Cursor::new(BASE64_URL_SAFE_NO_PAD.encode(token))
    }

    /// Returns the contents of a token, or an error unless it was sealed for this query with this key.
    pub(crate) fn open(&self, token: &str, key: Option<&[u8]>) -> Result<Payload> {
        let bytes = decode(token)?;
        let (tag, payload) = bytes[1..].split_at(TAG);
        // With a key, the time of the comparison must not reveal how much of the tag is right.
        let differs = self.tag(payload, key).iter().zip(tag).fold(0, |differs, (a, b)| differs | (a ^ b));
        if differs != 0 {
            return Err(invalid("the cursor is damaged or belongs to another query"));
        }
        Payload::decode(payload)
    }

    fn tag(&self, payload: &[u8], key: Option<&[u8]>) -> [u8; TAG] {
        let length = (self.0.len() as u64).to_le_bytes();
        // The prefix separates this use of the key from others, and the length separates the binding from the contents.
        let parts = [b"singlet cursor 1".as_slice(), &length, &self.0, payload];
        // HMAC accepts keys of any length, so this does not fail.
        let digest = match key.and_then(|key| Hmac::<Sha256>::new_from_slice(key).ok()) {
            Some(mut mac) => {
                for part in parts {
                    mac.update(part);
                }
                mac.finalize().into_bytes()
            }
            None => parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize(),
        };
        let mut tag = [0; TAG];
        tag.copy_from_slice(&digest[..TAG]);
        tag
    }
}

/// Checks that the text has the form of a token.
pub(super) fn check(token: &str) -> Result<()> {
    decode(token).map(drop)
}

fn decode(token: &str) -> Result<Vec<u8>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid("the text is not a cursor of singlet"))?;
    match bytes.first() {
        // Longer than the tag, so that splitting cannot fail.
        Some(&VERSION) if bytes.len() > TAG => Ok(bytes),
        _ => Err(invalid("the text is not a cursor of singlet")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::payload::ResumePoint;
    use super::*;
    use crate::key::KeyValue;

    fn payload() -> Payload {
        Payload { backward: false, places: vec![ResumePoint::After(vec![KeyValue::from("CUSTOMER#1")])] }
    }

    fn binding(facts: &[&str]) -> Binding {
        let mut binding = Binding::new();
        for fact in facts {
            binding.add(fact.as_bytes());
        }
        binding
    }

    #[test]
    fn a_token_opens_for_its_own_query_and_key_only() {
        let own = binding(&["shop", "Order"]);
        for key in [None, Some(&b"secret"[..])] {
            let token = own.seal(&payload(), key);
            assert!(token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            assert_eq!(own.open(token.as_str(), key).unwrap(), payload());
            assert!(own.open(token.as_str(), Some(b"another")).is_err());
            assert!(binding(&["shopO", "rder"]).open(token.as_str(), key).is_err());
        }
        assert!(own.open(own.seal(&payload(), None).as_str(), Some(b"secret")).is_err());
        assert!(own.open(own.seal(&payload(), Some(b"secret")).as_str(), None).is_err());
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let own = binding(&["shop"]);
        let token = own.seal(&payload(), None).to_string();
        for at in 0..token.len() {
            let mut damaged = token.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            assert!(own.open(std::str::from_utf8(&damaged).unwrap(), None).is_err(), "at {at}");
            assert!(own.open(&token[..at], None).is_err(), "cut at {at}");
        }
    }

    /// Tokens are kept in links: a later version must read them.
    #[test]
    fn the_form_of_a_token_is_fixed() {
        let token = binding(&["shop"]).seal(&payload(), Some(b"secret")).to_string();
        assert_eq!(token, "AfGtzleBPitDxmw85yLPgwsAAgFTCgBDVVNUT01FUiMx");
    }
}
