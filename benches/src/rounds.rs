//! Interleaved measurement. Every round runs each side once, so a temporary slowdown of the machine affects all sides.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::Side;

/// What is measured.
pub trait Timed {
    /// Long enough that what surrounds the runs is negligible.
    const SAMPLE: Duration;

    /// Runs a number of times and returns the time of all runs.
    fn time(&mut self, runs: u32) -> Duration;
}

impl Timed for Side {
    // Several runs of the largest page, because the first run after another side finds the caches full of that side's data.
    const SAMPLE: Duration = Duration::from_millis(10);

    fn time(&mut self, runs: u32) -> Duration {
        let start = ThreadTime::now();
        for _ in 0..runs {
            (self.run)();
        }
        start.elapsed()
    }
}

/// The time of one run of one side, in the order of the rounds.
pub type Samples = Vec<Duration>;

/// Measures all sides in the given number of rounds.
pub fn measure<T: Timed>(sides: &mut [T], rounds: usize) -> Vec<Samples> {
    let runs: Vec<u32> = sides.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::with_capacity(rounds); sides.len()];
    for _ in 0..rounds {
        for ((side, runs), samples) in sides.iter_mut().zip(&runs).zip(&mut samples) {
            samples.push(side.time(*runs) / *runs);
        }
    }
    samples
}

/// Returns the number of runs that fill a sample. This also warms up the side.
fn calibrate<T: Timed>(side: &mut T) -> u32 {
    let mut runs = 1;
    while side.time(runs) < T::SAMPLE {
        runs *= 2;
    }
    runs
}
