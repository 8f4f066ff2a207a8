//! The server behind `SINGLET_TEST_ENDPOINT`: its address, what it supports, and the access keys that isolate tests on
//! it.
//!
//! The integration tests of the command line tool and of `examples/sessions` include this file too. It makes no client;
//! each `stand.rs` does.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
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

/// What DynamoDB does and some server does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// Reads consume capacity by the size of what they read, and `BatchGetItem` reports it.
    ReadCapacity,
    /// A response of `BatchGetItem` holds at most 16 MB.
    BatchGetSize,
    /// `ExecuteStatement` returns pages of at most `Limit` items.
    StatementPages,
    /// NULL is neither a map nor an operand: a path through it or a computation on it is refused, and it has no size.
    NullOperands,
    /// `REMOVE` refuses a path through a map that is not stored.
    RemovedPaths,
    /// `TransactWriteItems` reports what its writes consume in indexes.
    TransactedIndexes,
}

/// Whether the server supports this; prints what is skipped if it does not.
///
/// `SINGLET_TEST_STAND` names the server; the scripts in `localstack/` set it. Without a name, everything is expected.
pub(crate) fn supports(feature: Feature) -> bool {
    use Feature::{BatchGetSize, NullOperands, ReadCapacity, RemovedPaths, StatementPages, TransactedIndexes};
    let stand = std::env::var("SINGLET_TEST_STAND").unwrap_or_default();
    let missing: &[Feature] = match stand.as_str() {
        "ministack" => &[ReadCapacity, BatchGetSize, StatementPages, NullOperands, RemovedPaths, TransactedIndexes],
        "moto" => &[ReadCapacity, StatementPages],
        _ => &[],
    };
    let is_supported = !missing.contains(&feature);
    if !is_supported {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        let line = format!("skipped in {test}: {stand} does not support {feature:?}\n");
        // Straight to standard error, in one piece: the test runner captures what macros print.
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    is_supported
}
