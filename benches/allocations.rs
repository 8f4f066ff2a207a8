//! Counts the allocations of the mapping and their bytes. Runs each scenario of `mapping` once under a counting
//! allocator. This is a separate bench because counting slows down allocations and would distort the times.

mod scenario;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    println!("| scenario | side | allocations per item | bytes per item |");
    println!("|---|---|--:|--:|");
    for entry in &scenario::ALL {
        let scenario = (entry.make)();
        let items = f64::from(u32::try_from(scenario.items).expect("no scenario has that many items"));
        for mut side in scenario.sides {
            // Does not count what is created once, such as the SDK's endpoint cache.
            (side.run)();
            let region = Region::new(ALLOCATOR);
            (side.run)();
            let change = region.change();
            let count = u32::try_from(change.allocations + change.reallocations).map_or(f64::NAN, f64::from) / items;
            let bytes = u32::try_from(change.bytes_allocated).map_or(f64::NAN, f64::from) / items;
            println!("| {} | {} | {count:.1} | {bytes:.0} |", entry.name, side.name);
        }
    }
}
