//! The server behind `SINGLET_TEST_ENDPOINT`: its address, and the access keys that isolate tests on it.
//!
//! The integration tests of the command line tool and of `examples/sessions` include this file too. It makes no client;
//! each `stand.rs` does.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The URL of the server, or `None` if tests run on the embedded DynamoDB.
pub(crate) fn endpoint() -> Option<String> {
    std::env::var("SINGLET_TEST_ENDPOINT").ok()
}

/// An access key that no other test uses, in this process or in another one.
///
/// Emulators keep a database per account. MiniStack and LocalStack take an access key of twelve digits for the account;
/// DynamoDB Local takes any alphanumeric key.
pub(crate) fn access_key() -> String {
    const KEYS: u64 = 1_000_000_000_000;
    static FIRST: OnceLock<u64> = OnceLock::new();
    static MADE: AtomicU64 = AtomicU64::new(0);
    // A process ID is not enough: a server can outlive many processes, and containers number theirs from 1.
    let first = *FIRST.get_or_init(|| RandomState::new().hash_one(std::process::id()) % KEYS);
    let key = (first + MADE.fetch_add(1, Ordering::Relaxed)) % KEYS;
    format!("{key:012}")
}
