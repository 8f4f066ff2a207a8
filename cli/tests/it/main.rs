//! The commands: on the embedded DynamoDB in this process, or as the built binary on the server that
//! `SINGLET_TEST_ENDPOINT` names.

#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

mod arguments;
mod cleanup;
// What is not used here is used by the tests of the library.
#[path = "../../../tests/it/emulator.rs"]
#[allow(dead_code)]
mod emulator;
mod export;
mod failures;
mod import;
mod interrupted;
mod stand;
mod tables;
#[path = "../../../tests/it/transport.rs"]
#[allow(dead_code)]
mod transport;
mod ttl;
mod ttl_verify;
