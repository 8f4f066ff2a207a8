//! The scenarios of the benches. Each does the same work in four ways and asserts that the results are equal.

#[path = "scenario/by_hand.rs"]
mod by_hand;
#[path = "scenario/by_serde.rs"]
mod by_serde;
#[path = "scenario/canned.rs"]
mod canned;
#[path = "scenario/codec.rs"]
mod codec;
#[path = "scenario/json.rs"]
mod json;
#[path = "scenario/order.rs"]
mod order;
#[path = "scenario/requests.rs"]
mod requests;
#[path = "scenario/sdk_codec.rs"]
mod sdk_codec;

use std::fmt::Debug;
use std::hint::black_box;

/// Only the SDK's maps: the lower bound for every mapper that uses the SDK's types.
pub(crate) const MAP: &str = "SDK map only";
pub(crate) const BY_HAND: &str = "SDK + by hand";
pub(crate) const SERDE: &str = "SDK + serde_dynamo";
pub(crate) const SINGLET: &str = "singlet";
/// Without direct requests.
pub(crate) const BY_SDK: &str = "singlet, sent by the SDK";
/// Cloning the structs: the allocations that no decoder can avoid.
pub(crate) const CLONE: &str = "clone of the structs";

/// One piece of work and the sides that do it.
pub(crate) struct Scenario {
    /// The number of items that one run reads or writes.
    pub(crate) items: usize,
    pub(crate) sides: Vec<Side>,
}

/// One way to do the work of a scenario.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut()>,
}

/// Builds a scenario when it is needed.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) make: fn() -> Scenario,
}

/// All scenarios: first only the codecs, then whole requests of the SDK.
pub(crate) const ALL: [Entry; 8] = [
    Entry { name: "codec: read a page of 100 items", make: codec::small_page },
    Entry { name: "codec: read a page of 1 MB", make: codec::large_page },
    Entry { name: "codec: write a batch of 25 items", make: codec::batch },
    Entry { name: "request: query a page of 100 items", make: requests::small_page },
    Entry { name: "request: query a page of 1 MB", make: requests::large_page },
    Entry { name: "request: get an item of 1 KB", make: requests::get },
    Entry { name: "request: put an item of 1 KB", make: requests::put },
    Entry { name: "request: write a batch of 25 items", make: requests::batch },
];

impl Scenario {
    fn of(items: usize) -> Self {
        Scenario { items, sides: Vec::new() }
    }

    /// Adds a side without a value to compare.
    fn side<T>(mut self, name: &'static str, mut run: impl FnMut() -> T + 'static) -> Self {
        let run = Box::new(move || drop(black_box(run())));
        self.sides.push(Side { name, run });
        self
    }

    /// Adds a side whose first value must be `expected`.
    fn checked<T: PartialEq + Debug>(
        self,
        name: &'static str,
        expected: &T,
        mut run: impl FnMut() -> T + 'static,
    ) -> Self {
        assert_eq!(&run(), expected, "{name}");
        self.side(name, run)
    }
}
