//! The resident memory of a process that reads or writes a million items, with a service that answers at once.
//!
//! Each case runs in a process of its own, so that the peak of one does not hide another.

use std::io::{self, BufReader, Read};
use std::process::{Command, ExitCode};
use std::time::Duration;

use futures_util::stream;
use singlet::{BatchWrite, Client, ItemStream, Model as _};
use tokio::runtime::Builder;

use super::service::{CUSTOMER, Service, key, order};
use super::writes::append_line;
use crate::order::{Order, TABLE};

/// The first argument of a process that runs one case.
pub const CHILD: &str = "--memory";

/// How many items each case reads or writes.
const ITEMS: u32 = 1_000_000;

/// With pages of 0.8 MB, which is about as much as DynamoDB returns.
const PAGE: u32 = 1_000;

/// When the memory is measured, in percent of the items.
const MARKS: [u32; 4] = [1, 10, 50, 100];

/// How many KiB the memory may grow from 10 % to 100 %: nine bytes for each of the 900,000 items. A list of pointers would already
/// take more, because it doubles its capacity. The bound is not 0, because the sizes of pages and requests in flight vary.
const BOUND: i64 = 8 * 1024;

const IS_ORDER: &str = "the items are orders";

/// A case and its work.
struct Case {
    name: &'static str,
    run: fn(&Service, &mut Gauge),
    /// Whether the program keeps something of each item.
    keeps: bool,
}

const fn flat(name: &'static str, run: fn(&Service, &mut Gauge)) -> Case {
    Case { name, run, keeps: false }
}

const CASES: [Case; 10] = [
    flat("query, `stream()`", |service, gauge| read(gauge, Order::query(CUSTOMER).client(&client(service)).stream())),
    flat("query, `stream().prefetch()`", |service, gauge| {
        read(gauge, Order::query(CUSTOMER).client(&client(service)).stream().prefetch());
    }),
    flat("query, `pages().prefetch()`", pages),
    flat("scan, `segments(20)`, `stream()`", |service, gauge| {
        read(gauge, Order::scan().segments(20).client(&client(service)).stream());
    }),
    flat("batch_get of 1,000 keys, 1,000 times", batch_get),
    flat("batch_write of an iterator of items", put),
    flat("batch_write of an iterator of keys", delete),
    flat("batch_write of a stream of items", put_stream),
    flat("import, `concurrency(4)`", import),
    // It shows that the measurement detects growth.
    Case { name: "control: query, `stream()`, and 16 bytes kept of each item", run: control, keeps: true },
];

/// What was measured in one case, in KiB.
pub struct Measured {
    name: &'static str,
    resident: [u64; MARKS.len()],
    peak: u64,
}

pub fn print_head() {
    println!("| | {} % | peak | from 10 % to 100 % |", MARKS.map(|mark| mark.to_string()).join(" % | "));
    println!("|---|{}", "--:|".repeat(MARKS.len() + 2));
}

impl Measured {
    /// Prints a row, in MiB.
    pub fn print(&self) {
        let mib = |kib: u64| format!("{:.1}", f64::from(u32::try_from(kib).expect("less than 4 TiB")) / 1024.0);
        let growth = self.growth();
        let sign = if growth < 0 { "−" } else { "+" };
        let cells: Vec<_> = self.resident.iter().chain([&self.peak]).map(|kib| mib(*kib)).collect();
        println!("| {} | {} | {sign}{} |", self.name, cells.join(" | "), mib(growth.unsigned_abs()));
    }

    /// From 10 % to 100 % of the items.
    fn growth(&self) -> i64 {
        self.resident[3].cast_signed() - self.resident[1].cast_signed()
    }
}

/// Measures each case whose name contains `filter` in a process, which runs [`child`], and asserts that the memory stays flat.
pub fn measure(filter: &str) -> impl Iterator<Item = Measured> {
    CASES.iter().filter(move |case| case.name.contains(filter)).map(|case| {
        let program = std::env::current_exe().expect("this program has a path");
        let output = Command::new(program).args([CHILD, case.name]).output().expect("the case starts");
        assert!(output.status.success(), "{}: {}", case.name, String::from_utf8_lossy(&output.stderr));
        let output = String::from_utf8(output.stdout).expect("the case prints numbers");
        let mut numbers = output.split_whitespace().map(|number| number.parse().expect("the case prints numbers"));
        let mut next = || numbers.next().expect("each mark was passed");
        let (resident, peak) = (MARKS.map(|_| next()), next());
        let measured = Measured { name: case.name, resident, peak };
        let grows = measured.growth() > BOUND;
        assert_eq!(grows, case.keeps, "the memory of {} in KiB: {:?}", case.name, measured.resident);
        measured
    })
}

/// Runs one case and prints the memory at each mark, and its peak.
pub fn child(name: &str) -> ExitCode {
    let Some(case) = CASES.iter().find(|case| case.name == name) else { return ExitCode::FAILURE };
    let (service, mut gauge) = (Service::new(ITEMS, PAGE, Duration::ZERO), Gauge::default());
    (case.run)(&service, &mut gauge);
    for resident in gauge.resident {
        println!("{resident}");
    }
    println!("{}", status("VmHWM"));
    ExitCode::SUCCESS
}

/// Measures the memory when a share of the items is done.
#[derive(Default)]
struct Gauge {
    resident: Vec<u64>,
}

impl Gauge {
    fn reach(&mut self, done: u32) {
        while let Some(mark) = MARKS.get(self.resident.len())
            && done >= ITEMS / 100 * mark
        {
            self.resident.push(status("VmRSS"));
        }
    }
}

/// A value of the status of this process, in KiB.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has this file");
    let mut lines = status.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(known, _)| *known == name).expect("the status has this value");
    value.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}

fn client(service: &Service) -> Client {
    Client::from_sdk(service.sdk())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// Counts the items that are read, and asserts at the end that each was there once.
struct Count<'g> {
    gauge: &'g mut Gauge,
    items: u32,
    sum: u64,
}

impl<'g> Count<'g> {
    fn new(gauge: &'g mut Gauge) -> Self {
        Count { gauge, items: 0, sum: 0 }
    }

    fn add(&mut self, order: &Order) {
        self.items += 1;
        self.sum += u64::from(order.number);
        self.gauge.reach(self.items);
    }

    fn assert_all(&self) {
        let sum: u64 = (0..ITEMS).map(|index| u64::from(key(index).1)).sum();
        assert_eq!((self.items, self.sum), (ITEMS, sum), "the number of items, and the sum of theirs");
    }
}

fn read(gauge: &mut Gauge, stream: ItemStream<Order>) {
    read_each(gauge, stream, |_| ());
}

fn read_each(gauge: &mut Gauge, mut stream: ItemStream<Order>, mut each: impl FnMut(&Order)) {
    let mut count = Count::new(gauge);
    block_on(async {
        while let Some(order) = stream.next().await {
            let order = order.expect(IS_ORDER);
            each(&order);
            count.add(&order);
        }
    });
    count.assert_all();
}

fn pages(service: &Service, gauge: &mut Gauge) {
    let mut count = Count::new(gauge);
    block_on(async {
        let mut pages = Order::query(CUSTOMER).client(&client(service)).limit(PAGE as usize).pages().prefetch();
        while let Some(page) = pages.next().await {
            page.expect(IS_ORDER).items.iter().for_each(|order| count.add(order));
        }
    });
    count.assert_all();
}

fn control(service: &Service, gauge: &mut Gauge) {
    let mut kept = Vec::new();
    let stream = Order::query(CUSTOMER).client(&client(service)).stream();
    read_each(gauge, stream, |order| kept.push(u128::from(order.number)));
    assert_eq!(kept.len(), ITEMS as usize);
}

/// One batch returns all of its items in a list, so a program that reads a million divides them.
fn batch_get(service: &Service, gauge: &mut Gauge) {
    let client = client(service);
    block_on(async {
        for first in (0..ITEMS).step_by(PAGE as usize) {
            let orders = Order::batch_get((first..first + PAGE).map(key)).client(&client).await;
            let numbers = orders.expect(IS_ORDER).into_iter().map(|order| order.map(|order| order.number));
            assert!(numbers.eq((first..first + PAGE).map(|index| Some(key(index).1))));
            gauge.reach(first + PAGE);
        }
    });
}

fn put(service: &Service, gauge: &mut Gauge) {
    write(service, gauge, singlet::batch_write().put_all((0..ITEMS).map(|index| order(index, PAGE))));
}

fn delete(service: &Service, gauge: &mut Gauge) {
    write(service, gauge, singlet::batch_write().delete_all_by_key((0..ITEMS).map(|index| Order::key_of(key(index)))));
}

fn put_stream(service: &Service, gauge: &mut Gauge) {
    let orders = stream::iter((0..ITEMS).map(|index| Ok(order(index, PAGE))));
    write(service, gauge, singlet::batch_write().put_stream(orders));
}

fn write<'a>(service: &Service, gauge: &'a mut Gauge, batch: BatchWrite<'a>) {
    let write = batch.progress(|progress| gauge.reach(u32::try_from(progress.done).expect("a million fits")));
    block_on(write.client(&client(service)).into_future()).expect("the service stores them");
    service.assert_written(ITEMS);
}

fn import(service: &Service, gauge: &mut Gauge) {
    let lines = BufReader::new(Lines { service: service.clone(), next: 0, ready: String::new(), at: 0 });
    let import = singlet::import(TABLE, lines).concurrency(4).client(&client(service));
    let import = import.progress(|progress| gauge.reach(u32::try_from(progress.items).expect("a million fits")));
    block_on(import.into_future()).expect("the service stores them");
    service.assert_written(ITEMS);
}

/// A file of a million lines, each of which is made when it is read.
struct Lines {
    service: Service,
    next: u32,
    ready: String,
    /// How much of the line was read.
    at: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() && self.next < ITEMS {
            (self.at, self.next) = (0, self.next + 1);
            self.ready.clear();
            append_line(&self.service, self.next - 1, &mut self.ready);
        }
        let read = (&self.ready.as_bytes()[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
