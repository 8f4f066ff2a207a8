//! A simulator: several clients do random operations of every kind over a network that loses, delays, refuses and repeats
//! requests, and futures are dropped at random points. What the clients see and what is stored is compared with naive
//! models.
//!
//! It checks that
//! - an acknowledged write is stored, and none is acknowledged that is not;
//! - a write that reports that it changed nothing has changed nothing, and the kind of each error fits the faults;
//! - versioned and unique writes, transactions, claims and locks are linearizable, so none happens twice;
//! - local values stay as they are if their write fails or is dropped;
//! - index keys and the sentinels of unique values agree with the items;
//! - memory does not grow from history to history.
//!
//! A seed always gives the same history. A failure prints the seed and the shortest history that still fails.
//! `SINGLET_SIM_OPERATIONS` sets how many operations are done (20,000 by default), and `SINGLET_SIM_SEED` the first seed.

mod actions;
mod history;
mod models;
mod network;
mod plan;
mod world;

use std::alloc::System;
use std::sync::{Mutex, MutexGuard, PoisonError};

use plan::Plan;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The operations of one history, on a database of its own.
const STEPS: u32 = 40;

/// Runs the tests one at a time, because one of them measures the memory of the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Panics with the violation and the shortest history that still fails.
fn fail(plan: Plan, violation: &str) -> ! {
    let shortest = plan.minimized(|plan| world::run(plan).is_err());
    let again = world::run(&shortest).err().unwrap_or_default();
    panic!("{violation}\n\nthe shortest history that fails, with {again}\n{shortest}");
}

#[test]
fn random_histories_keep_every_promise() {
    let _alone = alone();
    let histories = setting("SINGLET_SIM_OPERATIONS", 20_000).div_ceil(u64::from(STEPS));
    let first = setting("SINGLET_SIM_SEED", 1);
    // Pauses after conflicts take real time, so there are twice as many threads as processors.
    let threads = 2 * std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for seed in (first..first + histories).filter(|seed| seed % threads == thread) {
                    let plan = Plan::new(seed, STEPS);
                    if let Err(violation) = world::run(&plan) {
                        fail(plan, &violation);
                    }
                }
            });
        }
    });
}

#[test]
fn a_seed_always_gives_the_same_history() {
    let _alone = alone();
    for seed in 1..6 {
        let plan = Plan::new(seed, STEPS);
        assert_eq!(world::run(&plan), world::run(&plan));
    }
}

#[test]
fn memory_does_not_grow_from_history_to_history() {
    const SEEDS: u64 = 10;
    let _alone = alone();
    let round = || (1..=SEEDS).for_each(|seed| drop(world::run(&Plan::new(seed, STEPS)).unwrap()));
    // The first round also allocates what the process keeps, such as thread-local buffers, so it is not measured.
    round();
    let region = Region::new(ALLOCATOR);
    (0..3).for_each(|_| round());
    let change = region.change();
    let grown = change.bytes_allocated.saturating_sub(change.bytes_deallocated);
    println!("{grown} of {} bytes are left after {} histories", change.bytes_allocated, 3 * SEEDS);
    assert!(grown < 64 * 1024, "{grown} bytes are left after {} histories", 3 * SEEDS);
}
