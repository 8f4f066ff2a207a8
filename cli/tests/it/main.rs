//! The commands: on the embedded DynamoDB in this process, or as the built binary on DynamoDB Local at `SINGLET_TEST_ENDPOINT`.

#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

mod arguments;
mod cleanup;
mod export;
mod failures;
mod import;
mod interrupted;
mod stand;
mod tables;
mod ttl;
mod ttl_verify;
// What is not used here is used by the tests of the library.
#[path = "../../../tests/it/transport.rs"]
#[allow(dead_code)]
mod transport;
