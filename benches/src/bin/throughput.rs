//! Measures the time of many requests that take 5 ms each, and the memory over a million items; `benches/throughput.sh` builds and
//! runs it. An argument selects the rows that contain it.

use std::process::ExitCode;

use singlet_benches::table::{Counts, Row};
use singlet_benches::throughput::{self, memory};
use singlet_benches::{rounds, table};

const ROUNDS: usize = 7;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = arguments.as_slice()
        && flag == memory::CHILD
    {
        return memory::child(name);
    }
    let filter = arguments.first().map_or("", String::as_str);
    table::print_head(&throughput::COLUMNS);
    for entry in throughput::CASES.iter().filter(|entry| entry.name.contains(filter)) {
        let mut case = (entry.make)();
        let samples = rounds::measure(&mut case.sides, ROUNDS);
        let sides: Vec<_> = case.sides.iter().map(|side| side.name).collect();
        let in_flight: Vec<_> = case.sides.iter().map(|side| side.in_flight).collect();
        table::print(&Row {
            name: entry.name,
            items: case.items,
            columns: &throughput::COLUMNS,
            sides: &sides,
            samples: &samples,
            allocations: &Counts::new(),
            instructions: None,
            in_flight: Some(&in_flight),
        });
    }
    println!();
    memory::print_head();
    memory::measure(filter).for_each(|measured| measured.print());
    ExitCode::SUCCESS
}
