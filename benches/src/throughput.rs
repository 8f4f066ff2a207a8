//! Wall-clock time with a service that answers each request after 5 ms, and memory over a million items.
//!
//! A request costs no network: the transport is a timer in the same thread, which wakes up every millisecond. So the time of a side
//! is that of its requests which wait for each other, and of its CPU.

pub mod memory;
mod reads;
mod service;
mod writes;

use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;
use singlet::Client;
use tokio::runtime::{Builder, Runtime};

use crate::order::Order;
use crate::rounds::Timed;
use crate::{BY_HAND, FACADE, MODYNE, SINGLET, json};
use service::Service;

/// The columns of the table.
pub const COLUMNS: [&str; 6] = [SINGLET, OPTION, BY_HAND, AT_ONCE, MODYNE, FACADE];
/// With the option that the row names.
const OPTION: &str = "singlet, with the option";
/// As many requests at once as singlet has with the option.
const AT_ONCE: &str = "SDK + by hand, several at once";

const DELAY: Duration = Duration::from_millis(5);

/// The items of a page.
const PAGE: u32 = 100;

/// Builds a case when it is needed.
pub struct Entry {
    pub name: &'static str,
    pub make: fn() -> Case,
}

/// The rows of the table.
pub const CASES: [Entry; 7] = [
    Entry { name: "query of 20 pages; `stream().prefetch()`", make: reads::query },
    Entry {
        name: "query of 20 pages, and 5 ms of work after each; `stream().prefetch()`",
        make: reads::query_with_work,
    },
    Entry { name: "scan of 20 pages; `segments(4)`", make: reads::scan },
    Entry { name: "batch_get of 4,000 keys; `concurrency(16)`", make: reads::batch_get },
    Entry { name: "batch_write of 1,000 items; `concurrency(16)`", make: writes::batch_write },
    Entry { name: "batch_write of a stream of 1,000 items; `concurrency(16)`", make: writes::put_stream },
    Entry { name: "import of 1,000 items; `concurrency(4)`", make: writes::import },
];

/// A piece of work and the sides that do it.
pub struct Case {
    /// The number of items that one run reads or writes.
    pub items: usize,
    pub sides: Vec<WaitingSide>,
    service: Service,
    runtime: Rc<Runtime>,
    is_in_order: bool,
}

/// One way to do the work, measured by the clock on the wall.
pub struct WaitingSide {
    pub name: &'static str,
    /// The most requests that it has in flight at once.
    pub in_flight: usize,
    run: Box<dyn FnMut()>,
}

impl Case {
    fn of(items: u32) -> Self {
        Case {
            items: items as usize,
            sides: Vec::new(),
            service: Service::new(items, PAGE, DELAY),
            runtime: Rc::new(Builder::new_current_thread().enable_all().build().expect("a runtime")),
            is_in_order: true,
        }
    }

    /// Lets the sides read the items in any order.
    fn in_any_order(self) -> Self {
        Case { is_in_order: false, ..self }
    }

    fn orders(&self) -> impl Iterator<Item = Order> + use<> {
        (0..u32::try_from(self.items).expect("it was a u32")).map(|index| service::order(index, PAGE))
    }

    /// Adds a side that must read all items, with so many requests at once.
    fn reading(
        self,
        name: &'static str,
        at_once: usize,
        mut run: impl AsyncFnMut(&Client) -> Vec<Order> + 'static,
    ) -> Self {
        let (runtime, client) = (Rc::clone(&self.runtime), Client::from_sdk(self.service.sdk()));
        let (in_flight, mut read) = self.service.in_flight(|| runtime.block_on(run(&client)));
        if !self.is_in_order {
            read.sort_unstable_by_key(|order| order.number);
        }
        assert!(read.into_iter().eq(self.orders()), "{name} reads equal items");
        self.side(name, (at_once, in_flight), move || drop(runtime.block_on(run(&client))))
    }

    /// Adds a side that must write all items, with so many requests at once.
    fn writing(self, name: &'static str, at_once: usize, mut run: impl AsyncFnMut(&Client) + 'static) -> Self {
        let (runtime, client) = (Rc::clone(&self.runtime), Client::from_sdk(self.service.sdk()));
        let mut in_flight = 0;
        let written =
            self.service.writes_of(|| (in_flight, ()) = self.service.in_flight(|| runtime.block_on(run(&client))));
        assert!(written == self.expected(), "{name} writes equal items");
        self.side(name, (at_once, in_flight), move || runtime.block_on(run(&client)))
    }

    fn expected(&self) -> Vec<Value> {
        json::values(self.orders().map(|order| crate::peers::by_hand::write(&order)).collect())
    }

    fn side(mut self, name: &'static str, (expected, in_flight): (usize, usize), run: impl FnMut() + 'static) -> Self {
        assert_eq!(in_flight, expected, "the requests of {name} in flight at once");
        self.sides.push(WaitingSide { name, in_flight, run: Box::new(run) });
        self
    }
}

impl Timed for WaitingSide {
    /// One run takes many requests.
    const SAMPLE: Duration = Duration::ZERO;

    fn time(&mut self, runs: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..runs {
            (self.run)();
        }
        start.elapsed()
    }
}
