//! Interleaved measurement. Every round runs each side once, so a temporary slowdown of the machine affects all sides.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::scenario::Side;

const ROUNDS: usize = 61;
/// Long enough that the cost of reading the clock is negligible.
const SAMPLE: Duration = Duration::from_millis(4);

/// Returns the median CPU time of one run of each side.
pub(crate) fn measure(sides: &mut [Side]) -> Vec<Duration> {
    let runs: Vec<u32> = sides.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for _ in 0..ROUNDS {
        for ((side, runs), samples) in sides.iter_mut().zip(&runs).zip(&mut samples) {
            samples.push(time(side, *runs) / *runs);
        }
    }
    samples.into_iter().map(median).collect()
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

fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples[samples.len() / 2]
}
