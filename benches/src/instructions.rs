//! Counts the instructions per run with valgrind, if it is installed. The counts hardly vary between runs or machines.

use std::process::{Command, ExitCode};

use crate::Scenario;

/// The first argument of the process that valgrind runs.
pub const CHILD: &str = "--count";

/// Runs one side a given number of times, in the process that valgrind observes.
pub fn child(scenario: &str, side: &str, runs: &str) -> ExitCode {
    let found = crate::ALL.iter().find(|entry| entry.name == scenario).map(|entry| (entry.make)());
    let side = found.and_then(|scenario| scenario.sides.into_iter().find(|other| other.name == side));
    let (Some(mut side), Ok(runs)) = (side, runs.parse::<u32>()) else { return ExitCode::FAILURE };
    for _ in 0..runs {
        (side.run)();
    }
    ExitCode::SUCCESS
}

/// Returns the instructions of one run of each side, or `None` without valgrind.
pub fn count(name: &str, scenario: &Scenario) -> Option<Vec<u64>> {
    // The difference of two counts excludes the start and the end of the process.
    const FEW: u64 = 2;
    const MANY: u64 = 12;
    let per_run = |side: &crate::Side| {
        let few = total(name, side.name, FEW)?;
        let many = total(name, side.name, MANY)?;
        Some(many.saturating_sub(few) / (MANY - FEW))
    };
    scenario.sides.iter().map(per_run).collect()
}

fn total(scenario: &str, side: &str, runs: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args([CHILD, scenario, side, &runs.to_string()])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    // `==7== I refs:      1,234,567`
    let report = String::from_utf8(output.stderr).ok()?;
    let line = report.lines().find_map(|line| line.split_once("refs:"))?.1;
    line.replace(',', "").trim().parse().ok()
}
