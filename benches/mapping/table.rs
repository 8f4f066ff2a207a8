//! Prints the results: one Markdown table per scenario.

use std::time::Duration;

use crate::scenario::{SINGLET, Scenario};

pub(crate) fn print(name: &str, scenario: &Scenario, times: &[Duration], instructions: Option<&[u64]>) {
    let singlet = scenario.sides.iter().position(|side| side.name == SINGLET).expect("singlet is a side");
    println!("\n### {name}\n");
    println!("| side | CPU time | per item | × singlet | instructions per item |");
    println!("|---|--:|--:|--:|--:|");
    for (index, (side, time)) in scenario.sides.iter().zip(times).enumerate() {
        let run = time.as_secs_f64() * 1e6;
        let items = f64::from(u32::try_from(scenario.items).expect("no scenario has that many items"));
        let ratio = time.as_secs_f64() / times[singlet].as_secs_f64();
        let count =
            instructions.map_or_else(|| "–".to_owned(), |counts| (counts[index] / scenario.items as u64).to_string());
        println!("| {} | {run:.1} µs | {:.2} µs | {ratio:.2} | {count} |", side.name, run / items);
    }
}
