//! What remains of a successful response after its items are read.

use std::collections::HashMap;

use aws_smithy_runtime_api::client::interceptors::context::Output;

use crate::Item;

/// A successful response with only items, counts, and an empty `UnprocessedKeys` or `UnprocessedItems`. The sink has read the items.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResponseSummary {
    pub(crate) has_items: bool,
    pub(crate) count: Option<i32>,
    pub(crate) scanned_count: Option<i32>,
    /// Whether the response has an empty `UnprocessedKeys` or `UnprocessedItems`.
    pub(crate) has_empty_unprocessed: bool,
}

impl ResponseSummary {
    /// Returns an empty item if the response has one, as the SDK does if it deserializes the response without its items.
    pub(crate) fn item(self) -> Option<Item> {
        self.has_items.then(Item::new)
    }

    /// Returns an empty map of items by table if the response has one, for the same reason.
    pub(crate) fn tables<T>(self) -> Option<HashMap<String, T>> {
        self.has_items.then(HashMap::new)
    }

    /// Returns an empty list if the response has one, for the same reason.
    pub(crate) fn list<T>(self) -> Option<Vec<T>> {
        self.has_items.then(Vec::new)
    }

    /// Returns an empty map of unprocessed keys or writes if the response has one.
    pub(crate) fn unprocessed<T>(self) -> Option<HashMap<String, T>> {
        self.has_empty_unprocessed.then(HashMap::new)
    }
}

/// The members of a successful response other than the items.
pub(crate) enum Remainder {
    /// The response has only what the summary contains.
    Summary(ResponseSummary),
    /// The SDK has deserialized all of them.
    Output(Output),
}
