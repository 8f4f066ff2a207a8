use std::sync::Arc;

use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use singlet::{Client, Item};
use tokio::sync::mpsc;

use crate::pace::Pace;
use crate::{Failure, line};

/// One segment of a parallel scan.
pub(super) struct Segment {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) number: i32,
    pub(super) of: i32,
    pub(super) consistent: bool,
    pub(super) pace: Arc<Pace>,
}

/// The items of one page, as lines.
pub(super) struct Part {
    pub(super) lines: Vec<u8>,
    pub(super) items: u64,
}

impl Segment {
    /// Sends page after page, up to the end or a failure, as long as there is somebody to take them.
    pub(super) async fn read(self, parts: mpsc::Sender<Result<Part, Failure>>) {
        let mut start = None;
        loop {
            let (part, next) = match self.page(start).await {
                Ok((part, next)) => (Ok(part), next),
                Err(failure) => (Err(failure), None),
            };
            if parts.send(part).await.is_err() || next.is_none() {
                return;
            }
            start = next;
        }
    }

    /// A page, and where the next begins.
    async fn page(&self, start: Option<Item>) -> Result<(Part, Option<Item>), Failure> {
        self.pace.wait().await;
        let scan = self.client.sdk().scan().table_name(&self.table).set_exclusive_start_key(start);
        let scan = scan.segment(self.number).total_segments(self.of).consistent_read(self.consistent);
        let output = scan.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        let what = || format!("table `{}` cannot be scanned", self.table);
        let output = output.map_err(|error| Failure::of_sdk(what(), &error))?;
        self.pace.spend(output.consumed_capacity().and_then(ConsumedCapacity::capacity_units).unwrap_or(0.0));
        let mut lines = Vec::new();
        for item in output.items() {
            line::write(item, &mut lines)?;
        }
        let items = output.items().len() as u64;
        Ok((Part { lines, items }, output.last_evaluated_key))
    }
}
