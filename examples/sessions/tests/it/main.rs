//! The API by HTTP, on the embedded DynamoDB, or on the DynamoDB Local at `SINGLET_TEST_ENDPOINT`.

mod answers;
mod assets;
mod binary;
mod expiry;
mod guard;
mod input;
mod pages;
mod process;
mod sessions;
mod stand;
mod table;
