//! Counts the allocations per item of every scenario and side. This is a separate program because counting slows down
//! allocations and would distort the times.

use std::alloc::System;

use singlet_benches::ALL;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    for entry in ALL.iter().filter(|entry| entry.name.contains(&filter)) {
        let scenario = (entry.make)();
        let items = f64::from(u32::try_from(scenario.items).expect("no scenario has that many items"));
        for mut side in scenario.sides {
            // Does not count what is created once, such as the SDK's endpoint cache.
            (side.run)();
            let region = Region::new(ALLOCATOR);
            (side.run)();
            let change = region.change();
            let count = u32::try_from(change.allocations + change.reallocations).map_or(f64::NAN, f64::from) / items;
            println!("{}\t{}\t{count}", entry.name, side.name);
        }
    }
}
