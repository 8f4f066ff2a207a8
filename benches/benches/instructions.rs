//! The cases that CI compares with `instructions.tsv`; `benches/guard.sh` runs them. Each is one run of singlet's side of
//! a scenario, of which valgrind counts the instructions.

use gungraun::Callgrind;
use gungraun::prelude::*;
use singlet_benches::{ALL, SINGLET, Side};

/// Prepares a run. A client sends directly from its second request on, and then keeps what it has computed.
fn warm(scenario: &str) -> Side {
    let entry = ALL.iter().find(|entry| entry.name == scenario).expect("the name of a scenario");
    let mut sides = (entry.make)().sides.into_iter();
    let mut side = sides.find(|side| side.name == SINGLET).expect("singlet is a side");
    // Otherwise the allocator would merge what the other sides have freed within the run that counts.
    drop(sides);
    for _ in 0..3 {
        (side.run)();
    }
    side
}

// The side is returned, so that dropping it does not count.
#[library_benchmark(setup = warm)]
#[bench::read_items("codec: read 100 items of 0.8 KB")]
#[bench::read_escaped_texts("codec: read 100 texts of 2.6 KB, escaped and not ASCII")]
#[bench::read_binaries("codec: read 100 binaries of 4 KB")]
#[bench::read_string_sets("codec: read 100 string sets of 60")]
#[bench::write_items("codec: write 25 items of 0.8 KB")]
#[bench::write_escaped_texts("codec: write 25 texts of 2.6 KB, escaped and not ASCII")]
#[bench::write_binaries("codec: write 25 binaries of 4 KB")]
fn codec(mut side: Side) -> Side {
    (side.run)();
    side
}

#[library_benchmark(setup = warm)]
#[bench::get("request: get 1 KB")]
#[bench::put("request: put 1 KB")]
#[bench::delete("request: delete")]
#[bench::update("request: update with 5 clauses")]
#[bench::query_of_one("request: query of 1 item")]
#[bench::query("request: query of 100 items")]
#[bench::scan("request: scan of 100 items")]
#[bench::batch_get("request: batch get of 100 items")]
#[bench::batch_write("request: batch write of 25 items")]
#[bench::transact_get("request: transact get of 25 items")]
#[bench::transact_write("request: transact write of 25 items")]
fn request(mut side: Side) -> Side {
    (side.run)();
    side
}

library_benchmark_group!(name = guard, benchmarks = [codec, request]);

// The environment variables of the machine have no effect. One of them may make the C library choose other routines.
main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = guard
);
