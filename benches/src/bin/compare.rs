//! Compares singlet with the SDK alone and with other mappers; `benches/compare.sh` builds and runs it.
//!
//! `full` measures more rounds and counts instructions with valgrind. Any other argument selects the scenarios that
//! contain it.

use std::process::{Command, ExitCode};

use singlet_benches::table::{Counts, Row};
use singlet_benches::{ALL, OVER_LOOPBACK, SIDES, instructions, processes, rounds, table};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, scenario, side, runs] = arguments.as_slice()
        && flag == instructions::CHILD
    {
        return instructions::child(scenario, side, runs);
    }
    if let [flag, name, endpoint] = arguments.as_slice()
        && flag == processes::CHILD
    {
        return processes::child(name, endpoint);
    }
    let is_full = arguments.iter().any(|argument| argument == "full");
    let filter = arguments.iter().find(|argument| *argument != "full").map_or("", String::as_str);
    let rounds = if is_full { 201 } else { 41 };
    let allocations = allocations(filter);
    table::print_head(&SIDES);
    for entry in ALL.iter().chain(&OVER_LOOPBACK).filter(|entry| entry.name.contains(filter)) {
        let mut scenario = (entry.make)();
        let samples = rounds::measure(&mut scenario.sides, rounds);
        let is_counted = is_full && ALL.iter().any(|counted| counted.name == entry.name);
        let instructions = if is_counted { instructions::count(entry.name, &scenario) } else { None };
        let sides: Vec<_> = scenario.sides.iter().map(|side| side.name).collect();
        table::print(&Row {
            name: entry.name,
            items: scenario.items,
            columns: &SIDES,
            sides: &sides,
            samples: &samples,
            allocations: &allocations,
            instructions: instructions.as_deref(),
            in_flight: None,
        });
    }
    let cases: Vec<_> = processes::CASES.iter().filter(|case| case.name.contains(filter)).collect();
    let mut contenders = if cases.is_empty() { Vec::new() } else { processes::start() };
    let sides: Vec<_> = contenders.iter().map(|contender| contender.name).collect();
    for case in cases {
        for contender in &mut contenders {
            contender.prepare(case);
        }
        let samples = rounds::measure(&mut contenders, rounds);
        table::print(&Row {
            name: case.name,
            items: case.items,
            columns: &SIDES,
            sides: &sides,
            samples: &samples,
            allocations: &allocations,
            instructions: None,
            in_flight: None,
        });
    }
    ExitCode::SUCCESS
}

/// Runs the program that counts allocations, which is built next to this one.
fn allocations(filter: &str) -> Counts {
    let output = std::env::current_exe()
        .ok()
        .and_then(|this| Command::new(this.with_file_name("allocations")).arg(filter).output().ok())
        .filter(|output| output.status.success());
    let lines = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let count = |line: &str| {
        let [scenario, side, count] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        Some(((scenario.to_owned(), side.to_owned()), count.parse().ok()?))
    };
    lines.lines().filter_map(count).collect()
}
