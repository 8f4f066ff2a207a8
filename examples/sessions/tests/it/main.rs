//! Tests the API over HTTP, on the embedded DynamoDB or on the server that `SINGLET_TEST_ENDPOINT` names.

#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

mod answers;
mod assets;
mod binary;
// What is not used here is used by the tests of the library.
#[path = "../../../../tests/it/emulator.rs"]
#[allow(dead_code)]
mod emulator;
mod expiry;
mod guard;
mod input;
mod pages;
mod process;
mod sessions;
mod stand;
mod table;
