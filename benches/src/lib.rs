//! The scenarios of the benches. Each does the same work with every contender and asserts that the results are equal.

mod blob;
mod canned;
mod codec;
pub mod instructions;
mod json;
mod loopback;
mod order;
mod peers;
mod pieces;
pub mod processes;
mod requests;
pub mod rounds;
mod sdk_codec;
pub mod table;
pub mod throughput;

use std::fmt::Debug;
use std::hint::black_box;

use loopback::Protocol::{Http, Tls};

/// The contenders, in the order of the columns.
pub const SIDES: [&str; 14] = [
    SINGLET,
    BY_SDK,
    MAP,
    BY_HAND,
    SERDE,
    DYNAMODEL,
    MODYNE,
    FACADE,
    TOASTY,
    DYNOMITE,
    PYDYNOX,
    PYNAMODB,
    HTTP_CLIENT,
    CLONE,
];
pub const SINGLET: &str = "singlet";
/// Without direct requests.
pub const BY_SDK: &str = "singlet, by the SDK";
/// Only the SDK's maps: the lower bound for every mapper that uses the SDK's types.
pub const MAP: &str = "SDK map only";
pub const BY_HAND: &str = "SDK + by hand";
pub const SERDE: &str = "serde_dynamo";
pub const DYNAMODEL: &str = "dynamodel";
pub const MODYNE: &str = "modyne";
pub const FACADE: &str = "dynamodb-facade";
/// Only in processes of their own, as those that follow.
pub const TOASTY: &str = "toasty";
pub const DYNOMITE: &str = "dynomite";
pub const PYDYNOX: &str = "pydynox";
pub const PYNAMODB: &str = "PynamoDB";
/// The SDK's HTTP client with a request that is ready: the lower bound for everything that uses it.
pub const HTTP_CLIENT: &str = "HTTP client alone";
/// Cloning the structs: the allocations that no decoder can avoid.
pub const CLONE: &str = "clone";

/// One piece of work and the sides that do it.
pub struct Scenario {
    /// The number of items that one run reads or writes.
    pub items: usize,
    pub sides: Vec<Side>,
}

/// One way to do the work of a scenario.
pub struct Side {
    pub name: &'static str,
    pub run: Box<dyn FnMut()>,
}

/// Builds a scenario when it is needed.
pub struct Entry {
    pub name: &'static str,
    pub make: fn() -> Scenario,
}

/// All scenarios: first only the codecs, then single steps, then whole requests of the SDK.
pub const ALL: [Entry; 31] = [
    Entry { name: "codec: read 100 items of 0.8 KB", make: codec::small_page },
    Entry { name: "codec: read 1000 items of 1.1 KB", make: codec::large_page },
    Entry { name: "codec: read 100 texts of 2.6 KB, escaped and not ASCII", make: codec::escaped_page },
    Entry { name: "codec: read 100 binaries of 4 KB", make: codec::binary_page },
    Entry { name: "codec: read 100 string sets of 60", make: codec::set_page },
    Entry { name: "codec: write 25 items of 0.8 KB", make: codec::batch },
    Entry { name: "codec: write 25 texts of 2.6 KB, escaped and not ASCII", make: codec::escaped_batch },
    Entry { name: "codec: write 25 binaries of 4 KB", make: codec::binary_batch },
    Entry { name: "piece: key from its parts and back", make: pieces::keys },
    Entry { name: "piece: size of an item of 1.1 KB", make: pieces::size },
    Entry { name: "piece: 100 records of a stream event", make: pieces::stream_event },
    Entry { name: "piece: compress 2 KB with zstd", make: pieces::write_zstd },
    Entry { name: "piece: compress 2 KB with lz4", make: pieces::write_lz4 },
    Entry { name: "piece: compress 2 KB with gzip", make: pieces::write_gzip },
    Entry { name: "piece: decompress 2 KB of zstd", make: pieces::read_zstd },
    Entry { name: "piece: decompress 2 KB of lz4", make: pieces::read_lz4 },
    Entry { name: "piece: decompress 2 KB of gzip", make: pieces::read_gzip },
    Entry { name: "request: get 1 KB", make: || requests::get(None) },
    Entry { name: "request: put 1 KB", make: || requests::put(None) },
    Entry { name: "request: delete", make: || requests::delete(None) },
    Entry { name: "request: update with 5 clauses", make: requests::update },
    Entry { name: "request: query of 1 item", make: || requests::query_of_one(None) },
    Entry { name: "request: query of 1 item with a filter of 3 conditions", make: requests::filtered_query },
    Entry { name: "request: page of 25 items with cursors", make: requests::page_with_cursors },
    Entry { name: "request: query of 100 items", make: requests::small_page },
    Entry { name: "request: query of 1000 items", make: requests::large_page },
    Entry { name: "request: scan of 100 items", make: requests::scan },
    Entry { name: "request: batch get of 100 items", make: requests::batch_get },
    Entry { name: "request: transact get of 25 items", make: requests::transact_get },
    Entry { name: "request: batch write of 25 items", make: requests::batch_write },
    Entry { name: "request: transact write of 25 items", make: requests::transact_write },
];

/// Requests over the loopback interface, each over a connection that exists already. Neither allocations nor instructions are
/// counted, since the server is in the same process.
pub const OVER_LOOPBACK: [Entry; 8] = [
    Entry { name: "HTTP: get 1 KB", make: || requests::get(Some(Http)) },
    Entry { name: "HTTP: put 1 KB", make: || requests::put(Some(Http)) },
    Entry { name: "HTTP: delete", make: || requests::delete(Some(Http)) },
    Entry { name: "HTTP: query of 1 item", make: || requests::query_of_one(Some(Http)) },
    Entry { name: "TLS: get 1 KB", make: || requests::get(Some(Tls)) },
    Entry { name: "TLS: put 1 KB", make: || requests::put(Some(Tls)) },
    Entry { name: "TLS: delete", make: || requests::delete(Some(Tls)) },
    Entry { name: "TLS: query of 1 item", make: || requests::query_of_one(Some(Tls)) },
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
