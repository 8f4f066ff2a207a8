//! Prints the results: one Markdown table, with a row per scenario and a column per contender.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::SINGLET;
use crate::rounds::Samples;

/// What was counted per run of a side, by scenario and side.
pub type Counts = HashMap<(String, String), f64>;

pub fn print_head(columns: &[&str]) {
    println!("| | {} |", columns.join(" | "));
    println!("|---|{}", "--:|".repeat(columns.len()));
}

/// The row of a scenario.
pub struct Row<'a> {
    pub name: &'a str,
    /// The number of items that one run reads or writes.
    pub items: usize,
    /// The columns of the table.
    pub columns: &'a [&'static str],
    /// The sides that do the work, in the order of their samples.
    pub sides: &'a [&'static str],
    pub samples: &'a [Samples],
    pub allocations: &'a Counts,
    /// The instructions of each side.
    pub instructions: Option<&'a [u64]>,
    /// The most requests that each side has in flight at once.
    pub in_flight: Option<&'a [usize]>,
}

/// Prints a row: the time per item of singlet, and for the other sides how many times as long they take,
/// each with half the distance between its quartiles; then the allocations per item; then the instructions; then the requests.
pub fn print(row: &Row<'_>) {
    let Row { name, samples, .. } = *row;
    let at = |name: &str| row.sides.iter().position(|side| *side == name);
    let singlet = &samples[at(SINGLET).expect("singlet is a side")];
    let items = f64::from(u32::try_from(row.items).expect("no scenario has that many items"));
    let cell = |side: &&str| {
        let side = *side;
        let Some(at) = at(side) else { return "–".to_owned() };
        let (middle, spread) = if side == SINGLET {
            quartiles(samples[at].iter().map(|time| time.as_secs_f64() * 1e6 / items).collect())
        } else {
            // The ratio of each round: both of its samples were taken at about the same time.
            quartiles(samples[at].iter().zip(singlet).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect())
        };
        let unit = if side == SINGLET { " µs" } else { " ×" };
        let mut cell = format!("{middle:.2}{unit} ± {:.0} %", spread / middle * 100.0);
        if let Some(count) = row.allocations.get(&(name.to_owned(), side.to_owned())) {
            let _ = write!(cell, "; {count:.1} a");
        }
        if let Some(counts) = row.instructions {
            let _ = write!(cell, "; {} i", counts[at] / row.items as u64);
        }
        if let Some(counts) = row.in_flight {
            let _ = write!(cell, "; {} r", counts[at]);
        }
        cell
    };
    let cells: Vec<_> = row.columns.iter().map(cell).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

/// Returns the median, and half the distance between the quartiles.
fn quartiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
    (at(2), (at(3) - at(1)) / 2.0)
}
