//! Interleaved measurement. Every round runs each side once, so a temporary slowdown of the machine affects all sides.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::Side;

/// Long enough that the cost of reading the clock is negligible.
const SAMPLE: Duration = Duration::from_millis(2);

/// The CPU time of one run of one side, in the order of the rounds.
pub type Samples = Vec<Duration>;

/// Measures all sides in the given number of rounds.
pub fn measure(sides: &mut [Side], rounds: usize) -> Vec<Samples> {
    let runs: Vec<u32> = sides.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::with_capacity(rounds); sides.len()];
    for _ in 0..rounds {
        for ((side, runs), samples) in sides.iter_mut().zip(&runs).zip(&mut samples) {
            samples.push(time(side, *runs) / *runs);
        }
    }
    samples
}

/// Returns the number of runs that fill a sample. This also warms up the side.
fn calibrate(side: &mut Side) -> u32 {
    let mut runs = 1;
    while time(side, runs) < SAMPLE {
        runs *= 2;
    }
    runs
}

fn time(side: &mut Side, runs: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..runs {
        (side.run)();
    }
    start.elapsed()
}
