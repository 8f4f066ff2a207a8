//! The tests that need a DynamoDB: the embedded one, or the server that `SINGLET_TEST_ENDPOINT` names.

#![allow(clippy::duplicated_attributes, reason = "two indexes of a model may well have the same key")]
#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

mod basket;
mod batch;
mod cache;
mod cost;
mod designs;
mod emulator;
mod engine;
mod expr;
mod foreign;
mod key;
mod kv;
mod model;
mod read;
mod registry;
mod shop;
mod stand;
mod stream;
mod table;
mod transport;
mod ttl;
mod write;
