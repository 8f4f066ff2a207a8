mod destination;
mod segment;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use singlet::ErrorKind;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::pace::{self, Pace};
use crate::{Exit, Failure, Session};
use destination::Destination;
use segment::{Part, Segment};

/// `singlet export`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Each item is a line in DynamoDB's export format, with its attributes sorted by name; the order of the items is open. It is a \
scan: it reads, and pays for, the whole table, and is no snapshot: what is written meanwhile may be in it or not. The file \
has its name only once it is complete, so an export can be interrupted and run again.")]
pub struct Export {
    /// The table
    table: String,

    /// The file; `-` is standard output. With a name that ends in `.gz` it is compressed
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Compress with gzip, whatever the name of the file
    #[arg(long)]
    gzip: bool,

    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,

    /// Scan the table in so many segments at once
    #[arg(long, value_name = "SEGMENTS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    segments: u16,

    /// Read what was written last, for twice the capacity
    #[arg(long)]
    consistent: bool,

    /// Consume no more read capacity units per second than this
    #[arg(long, value_name = "UNITS", value_parser = pace::parse)]
    max_capacity: Option<f64>,
}

/// What has been written.
#[derive(Debug, Default)]
struct Written {
    items: u64,
    bytes: u64,
}

impl Export {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let bar = session.unless_interrupted(self.begin(session)).await??;
        let is_packed = self.gzip || self.file.extension().is_some_and(|extension| extension == "gz");
        let destination = Destination::open(&self.file, self.overwrite, is_packed, &session.output)?;
        let pace = Arc::new(Pace::new(self.max_capacity));
        let written = self.write(session, destination, &pace, &bar).await;
        bar.finish_and_clear();
        let Written { items, bytes } = written?;
        let document = json!({
            "table": self.table,
            "file": self.file.display().to_string(),
            "items": items,
            "bytes": bytes,
            "capacity_units": pace.spent(),
        });
        let text = format!("exported {items} items of `{}`, for {} capacity units", self.table, pace.spent());
        if self.file == Path::new("-") {
            session.output.aside(&document, text);
        } else {
            session.output.result(&document, text)?;
        }
        Ok(Exit::Done)
    }

    /// Whether there is such a table, and about how large it is; who may scan need not be allowed to describe.
    async fn begin(&self, session: &Session) -> Result<ProgressBar, Failure> {
        match singlet::tables::describe(&self.table).client(&session.client).await {
            Ok(table) if table.items > 0 => Ok(session.progress.steps(table.items)),
            Err(error) if error.kind() == ErrorKind::TableNotFound => Err(error.into()),
            _ => Ok(session.progress.open()),
        }
    }

    async fn write(
        &self,
        session: &Session,
        mut destination: Destination,
        pace: &Arc<Pace>,
        bar: &ProgressBar,
    ) -> Result<Written, Failure> {
        let mut written = Written::default();
        let (mut parts, scans) = self.scan(session, pace);
        while let Some(part) = session.unless_interrupted(parts.recv()).await? {
            let Part { lines, items } = part?;
            written.items += items;
            written.bytes += lines.len() as u64;
            destination = session.blocking(move || destination.add(&lines)).await??;
            bar.set_position(written.items);
            bar.set_message(format!("{} items", written.items));
        }
        drop(scans);
        session.blocking(move || destination.finish()).await??;
        Ok(written)
    }

    /// All segments, each a task of its own; dropping the set stops them.
    fn scan(&self, session: &Session, pace: &Arc<Pace>) -> (mpsc::Receiver<Result<Part, Failure>>, JoinSet<()>) {
        let (sender, parts) = mpsc::channel(usize::from(self.segments));
        let mut scans = JoinSet::new();
        for number in 0..self.segments {
            let segment = Segment {
                client: session.client.clone(),
                table: self.table.clone(),
                number: number.into(),
                of: self.segments.into(),
                consistent: self.consistent,
                pace: pace.clone(),
            };
            scans.spawn(segment.read(sender.clone()));
        }
        (parts, scans)
    }
}
