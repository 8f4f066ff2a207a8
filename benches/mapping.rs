//! Measures the time of the mapping: the SDK's maps alone, with hand-written conversions, with `serde_dynamo`, and
//! singlet.
//!
//! Run it with `cargo bench --bench mapping`. A name after `--` selects the scenarios that contain it.

#[path = "mapping/instructions.rs"]
mod instructions;
#[path = "mapping/rounds.rs"]
mod rounds;
mod scenario;
#[path = "mapping/table.rs"]
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, scenario, side, runs] = arguments.as_slice()
        && flag == instructions::CHILD
    {
        return instructions::child(scenario, side, runs);
    }
    let filter = arguments.first().map_or("", String::as_str);
    for entry in scenario::ALL.iter().filter(|entry| entry.name.contains(filter)) {
        let mut scenario = (entry.make)();
        let times = rounds::measure(&mut scenario.sides);
        let instructions = instructions::count(entry.name, &scenario);
        table::print(entry.name, &scenario, &times, instructions.as_deref());
    }
    ExitCode::SUCCESS
}
