//! `singlet import`: the library's import, with files as input and a progress bar.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::Args;
use serde_json::json;
use tokio::runtime::Handle;

use crate::{Exit, Failure, Session, input, rate_limiter};

/// `singlet import`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
A file contains items in DynamoDB's JSON, in any of these forms: {\"Item\": {\"pk\": {\"S\": \"..\"}, ..}} on each line, as in \
exports to S3 and exports of `singlet export`; lines of incremental exports to S3, which also delete items; items alone, \
{\"pk\": {\"S\": \"..\"}, ..}; a list of items; the output of `aws dynamodb scan`; a request file of `aws dynamodb \
batch-write-item` for one table. Files compressed with gzip are recognized by their content. Items replace existing \
items with the same key, so you can interrupt an import and run it again. If two lines have the same key, \
--concurrency 1 makes sure that the later one is stored. An invalid item ends the import with an error that names \
its line; items before it may have been imported.")]
pub struct Import {
    /// The name of the table
    table: String,

    /// The files, imported in this order; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Send this many requests of up to 25 items at the same time
    #[arg(long, value_name = "REQUESTS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,

    /// Consume at most this many write capacity units per second
    #[arg(long, value_name = "UNITS", value_parser = rate_limiter::parse)]
    max_capacity: Option<f64>,
}

impl Import {
    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let (mut items, mut bytes) = (0, 0);
        for path in &self.files {
            let summary = self.import(session, path).await;
            let summary = summary.map_err(|failure| match items {
                0 => failure,
                _ => failure.with_note(format_args!("{items} items of previous files were imported")),
            })?;
            items += summary.items;
            bytes += summary.bytes;
        }
        let files: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        let document = json!({ "table": self.table, "files": files, "items": items, "bytes": bytes });
        session.output.result(&document, format_args!("imported {items} items into `{}`", self.table))?;
        Ok(Exit::Done)
    }

    /// Imports one file on a thread of its own, because reading standard input can block.
    async fn import(&self, session: &Session, path: &Path) -> Result<singlet::ImportSummary, Failure> {
        let input = path.to_owned();
        let input = session.blocking(move || input::open_counted(&input)).await??;
        let bar = input.total.map_or_else(|| session.progress.open(), |total| session.progress.bytes(total));
        let (shown, read) = (bar.clone(), input.read);
        let mut import = singlet::import(&self.table, input.lines)
            .concurrency(self.concurrency.into())
            .progress(move |at| {
                shown.set_position(read.load(Ordering::Relaxed));
                shown.set_message(format!("{} items", at.items));
            })
            .client(&session.client);
        if let Some(units) = self.max_capacity {
            import = import.max_capacity_per_second(units);
        }
        // The runtime's own threads have to stay free to receive signals.
        let (runtime, stop, import) = (Handle::current(), session.interrupt.clone(), import.into_future());
        let outcome = session.blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    // The interrupt comes first, so that it is noticed even if the import is always ready.
                    biased;
                    () = stop.requested() => Err(Failure::interrupted()),
                    summary = import => summary.map_err(Failure::from),
                }
            })
        });
        let outcome = outcome.await;
        bar.finish_and_clear();
        match outcome {
            Ok(summary) => summary.map_err(|failure| failure.at(path.display())),
            Err(stopped) => Err(stopped.with_note("items that were imported stay, and you can run the import again")),
        }
    }
}
