//! `singlet export`: scans a table in parallel segments and writes the items to a file, one per line.

mod destination;
mod segment;

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use singlet::{ErrorKind, RateLimiter};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::rate_limiter;
use crate::{Exit, Failure, Session};
use destination::Destination;
use segment::{PageLines, Segment};

/// `singlet export`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Writes one item per line in DynamoDB's export format, with attributes sorted by name and items in no particular \
order. An export scans the table, so it reads and pays for all items. It is not a snapshot: items that are written \
during the export may be missing. The file gets its name when it is complete, so you can interrupt an export and run \
it again.")]
pub struct Export {
    /// The name of the table
    table: String,

    /// The file, or `-` for standard output; a name ending in `.gz` selects compression
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Compress with gzip, regardless of the file name
    #[arg(long)]
    gzip: bool,

    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,

    /// Scan this many segments of the table in parallel
    #[arg(long, value_name = "SEGMENTS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    segments: u16,

    /// Use strongly consistent reads, which consume twice the capacity
    #[arg(long)]
    consistent: bool,

    /// Consume at most this many read capacity units per second
    #[arg(long, value_name = "UNITS", value_parser = rate_limiter::parse)]
    max_capacity: Option<f64>,
}

/// The number of items and bytes that were written.
#[derive(Debug, Default)]
struct Totals {
    items: u64,
    bytes: u64,
}

impl Export {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        // Before the file is opened, so that a misspelled table leaves no file behind.
        let bar = session.unless_interrupted(self.begin(session)).await??;
        let is_packed = self.gzip || self.file.extension().is_some_and(|extension| extension == "gz");
        let destination = Destination::open(&self.file, self.overwrite, is_packed, &session.output)?;
        // Without a limit, it only counts.
        let rate_limiter = RateLimiter::new(self.max_capacity.unwrap_or(f64::INFINITY));
        let written = self.write(session, destination, &rate_limiter, &bar).await;
        bar.finish_and_clear();
        let Totals { items, bytes } = written?;
        let document = json!({
            "table": self.table,
            "file": self.file.display().to_string(),
            "items": items,
            "bytes": bytes,
            "capacity_units": rate_limiter.read_units(),
        });
        let text =
            format!("exported {items} items from `{}` for {} capacity units", self.table, rate_limiter.read_units());
        if self.file == Path::new("-") {
            session.output.summary(&document, text);
        } else {
            session.output.result(&document, text)?;
        }
        Ok(Exit::Done)
    }

    /// Checks that the table exists, and prepares a progress bar for its approximate size.
    async fn begin(&self, session: &Session) -> Result<ProgressBar, Failure> {
        match singlet::tables::describe(&self.table).client(&session.client).await {
            Ok(table) if table.items > 0 => Ok(session.progress.steps(table.items)),
            Err(error) if error.kind() == ErrorKind::TableNotFound => Err(error.into()),
            // A role that may scan the table is not necessarily allowed to describe it.
            _ => Ok(session.progress.open()),
        }
    }

    async fn write(
        &self,
        session: &Session,
        mut destination: Destination,
        rate_limiter: &RateLimiter,
        bar: &ProgressBar,
    ) -> Result<Totals, Failure> {
        let mut totals = Totals::default();
        let (mut pages, scans) = self.scan(session, rate_limiter);
        while let Some(page) = session.unless_interrupted(pages.recv()).await? {
            let PageLines { lines, items } = page?;
            totals.items += items;
            totals.bytes += lines.len() as u64;
            // Compressing and writing block, so they must not run on a thread of the runtime.
            destination = session.blocking(move || destination.add(&lines)).await??;
            bar.set_position(totals.items);
            bar.set_message(format!("{} items", totals.items));
        }
        drop(scans);
        session.blocking(move || destination.finish()).await??;
        Ok(totals)
    }

    /// Scans each segment in a task of its own. Dropping the set stops them.
    fn scan(
        &self,
        session: &Session,
        rate_limiter: &RateLimiter,
    ) -> (mpsc::Receiver<Result<PageLines, Failure>>, JoinSet<()>) {
        // Bounded, so that a slow disk slows down the scan instead of filling the memory.
        let (sender, pages) = mpsc::channel(usize::from(self.segments));
        let mut scans = JoinSet::new();
        for number in 0..self.segments {
            let segment = Segment {
                client: session.client.clone(),
                table: self.table.clone(),
                number: number.into(),
                of: self.segments.into(),
                consistent: self.consistent,
                rate_limiter: rate_limiter.clone(),
            };
            scans.spawn(segment.read(sender.clone()));
        }
        (pages, scans)
    }
}
