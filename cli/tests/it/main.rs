//! Tests the commands: in this process with an embedded DynamoDB, or as the built binary with the server that
//! `SINGLET_TEST_ENDPOINT` names.

#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

mod arguments;
mod cleanup;
mod cost;
mod definitions;
// The library's tests use the parts that are unused here.
#[path = "../../../tests/it/emulator.rs"]
#[allow(dead_code)]
mod emulator;
mod export;
mod failures;
mod import;
mod inspect;
mod interrupted;
mod stand;
mod tables;
#[path = "../../../tests/it/transport.rs"]
#[allow(dead_code)]
mod transport;
mod ttl;
mod ttl_verify;
