//! Compares instruction counts with the committed ones; `benches/guard.sh` runs it.
//!
//! `guard COUNTS BASELINE` fails if a case of `COUNTS` runs more instructions than `BASELINE` allows. With `update` as the
//! third argument, it writes the counts to `BASELINE` instead.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::{env, fs};

use serde_json::Value;

/// How much a count may grow. Hash seeds and addresses change a count by a few tenths of a percent.
const TOLERANCE: f64 = 0.03;

const HEAD: &str = "\
# The instructions of one run of each case in `benches/instructions.rs`. `benches/guard.sh` compares with them, and
# `benches/guard.sh update` writes them. They are comparable only with the same compiler, processor, C library and valgrind.
";

/// What instruction counts depend on, besides the code.
fn environment() -> Vec<(&'static str, String)> {
    let first_line = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.lines().next().unwrap_or("unknown").to_owned()
    };
    vec![
        ("compiler", first_line("rustc", "--version")),
        ("machine", format!("{}-{}", env::consts::ARCH, env::consts::OS)),
        ("processor", processor()),
        // The allocator, and the routines that copy and compare memory.
        ("libc", first_line("getconf", "GNU_LIBC_VERSION")),
        ("valgrind", first_line("valgrind", "--version")),
    ]
}

/// What the C library and the codecs look for when they choose a routine.
fn processor() -> String {
    const FEATURES: [&str; 5] = ["avx2", "bmi2", "erms", "fsrm", "movbe"];
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = text.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let known: Vec<&str> = flags.split_whitespace().filter(|flag| FEATURES.contains(flag)).collect();
    if known.is_empty() { "unknown".to_owned() } else { known.join(" ") }
}

type Counts = BTreeMap<String, u64>;

/// Reads one JSON summary of gungraun per line.
fn counts(text: &str) -> Option<Counts> {
    let count = |line: &str| {
        let summary: Value = serde_json::from_str(line).ok()?;
        let name = format!("{} {}", summary["function_name"].as_str()?, summary["id"].as_str()?);
        let instructions = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new")?.as_u64()?;
        Some((name, instructions))
    };
    text.lines().filter(|line| line.starts_with('{')).map(count).collect()
}

/// The rows of a baseline: a name, a tab, and a value.
fn rows(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect()
}

fn written(environment: &[(&str, String)], counts: &Counts) -> String {
    let mut text = HEAD.to_owned();
    // A `String` takes any text.
    for (name, value) in environment {
        let _ = writeln!(text, "{name}\t{value}");
    }
    for (name, count) in counts {
        let _ = writeln!(text, "{name}\t{count}");
    }
    text
}

/// Returns the message for each case that needs more than the baseline allows, or that only one of both has.
fn failures(baseline: &BTreeMap<&str, &str>, environment: &[(&str, String)], counts: &Counts) -> Vec<String> {
    let is_environment = |name: &str| environment.iter().any(|(other, _)| *other == name);
    let missing = baseline.keys().filter(|name| !is_environment(name) && !counts.contains_key(**name));
    let mut failures: Vec<String> = missing.map(|name| format!("{name}: in the baseline, but not counted")).collect();
    for (name, new) in counts {
        let Some(old) = baseline.get(name.as_str()).and_then(|old| old.parse::<u64>().ok()) else {
            failures.push(format!("{name}: {new} instructions, but not in the baseline"));
            continue;
        };
        let change = ratio(*new, old) - 1.0;
        let row = format!("{name}: {old} instructions before, {new} now ({:+.1} %)", change * 100.0);
        if change > TOLERANCE {
            failures.push(row);
        } else if change < -TOLERANCE {
            println!("{row}: record this with `benches/guard.sh update`");
        } else {
            println!("{row}");
        }
    }
    failures
}

/// Precise enough: no count has more than 52 bits.
#[allow(clippy::cast_precision_loss)]
fn ratio(new: u64, old: u64) -> f64 {
    new as f64 / old as f64
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [counted, baseline, mode @ ..] = arguments.as_slice() else {
        eprintln!("usage: guard COUNTS BASELINE [update]");
        return ExitCode::FAILURE;
    };
    let counted = fs::read_to_string(counted).ok().and_then(|text| counts(&text)).filter(|counts| !counts.is_empty());
    let Some(counted) = counted else {
        eprintln!("gungraun has counted nothing, or its output has another form");
        return ExitCode::FAILURE;
    };
    let environment = environment();
    if mode.iter().any(|mode| mode == "update") {
        return match fs::write(baseline, written(&environment, &counted)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{baseline} cannot be written: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let Ok(text) = fs::read_to_string(baseline) else {
        eprintln!("there is no {baseline}: run `benches/guard.sh update` and commit it");
        return ExitCode::FAILURE;
    };
    let rows = rows(&text);
    let others: Vec<String> = environment
        .iter()
        .filter(|(name, value)| rows.get(name) != Some(&value.as_str()))
        .map(|(name, value)| format!("{name}: {} in the baseline, {value} here", rows.get(name).unwrap_or(&"unknown")))
        .collect();
    if !others.is_empty() {
        println!("NOT COMPARED, because the counts depend on what differs:\n{}", others.join("\n"));
        println!("Run `benches/guard.sh update` at a commit that was compared, and commit the baseline.");
        return ExitCode::SUCCESS;
    }
    let failures = failures(&rows, &environment, &counted);
    if failures.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\nmore than {:.0} % above the baseline, or without one:\n{}", TOLERANCE * 100.0, failures.join("\n"));
    eprintln!("If the change is worth it, run `benches/guard.sh update`, and state the reason in the commit.");
    ExitCode::FAILURE
}
