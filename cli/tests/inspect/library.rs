//! The models of the table "library", found by `singlet inspect` in 6 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `library.sample.jsonl` contains stored values; check it before you commit it.
//!
//! Not expressed:
//!
//! * BookLoan: "notes", elements has values of several types, so it is an `AttributeValue`

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Model, Table};

/// The table "library".
#[derive(Debug, Table)]
#[table(name = "library", hash_key = "PK", range_key = "SK")]
#[table(index(name = "inverse", hash_key = "SK", range_key = "PK"))]
#[table(index(name = "due", hash_key = "due_on", range_key = "SK", include("reader")))]
pub struct Library;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Library, hash_key = "BOOK#b-{b}", range_key = "LOAN#{loan}#{reader}", key_escape = false)]
#[model(index("inverse", hash_key = "LOAN#{loan}#{reader}", range_key = "BOOK#b-{b}"))]
#[model(index("due", hash_key = due_on, range_key = "LOAN#{loan}#{reader}"))]
pub struct BookLoan {
    /// The attribute "due_on".
    pub due_on: Option<String>,
    /// The attribute "notes".
    pub notes: Option<Vec<AttributeValue>>,
    /// The attribute "reader".
    pub reader: String,
    /// A part of the key.
    #[model(key_only)]
    pub b: String,
    /// A part of the key.
    #[model(key_only)]
    pub loan: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Library, hash_key = "BOOK#b-{b}", range_key = "#META#", key_escape = false)]
#[model(index("inverse", hash_key = "#META#", range_key = "BOOK#b-{b}"))]
pub struct BookMeta {
    /// The attribute "shelf".
    pub shelf: BookMetaShelf,
    /// The attribute "title".
    pub title: String,
    /// A part of the key.
    #[model(key_only)]
    pub b: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Library, hash_key = "READER#r-{r}", range_key = "profile", key_escape = false)]
#[model(index("inverse", hash_key = "profile", range_key = "READER#r-{r}"))]
pub struct ReaderProfile {
    /// The attribute "name".
    pub name: String,
    /// A part of the key.
    #[model(key_only)]
    pub r: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct BookMetaShelfM {
    /// The entry "N".
    #[attribute(rename = "N")]
    pub n: String,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct BookMetaShelf {
    /// The entry "M".
    #[attribute(rename = "M")]
    pub m: Option<BookMetaShelfM>,
    /// The entry "lit".
    pub lit: bool,
    /// The entry "row".
    pub row: i64,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("library.sample.jsonl");

    #[test]
    fn every_book_loan_is_read_and_written_back_unchanged() {
        assert_round_trip::<BookLoan>(read_items(ITEMS).skip(0).take(2));
    }

    #[test]
    fn every_book_meta_is_read_and_written_back_unchanged() {
        assert_round_trip::<BookMeta>(read_items(ITEMS).skip(2).take(2));
    }

    #[test]
    fn every_reader_profile_is_read_and_written_back_unchanged() {
        assert_round_trip::<ReaderProfile>(read_items(ITEMS).skip(4).take(2));
    }
}
