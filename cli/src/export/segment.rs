use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
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

/// The items of the first page where the pace counts: how large they are is known after it.
const FIRST_PAGE: i32 = 50;

/// How often a throttled page is asked for, and the first pause between; it doubles up to the longest. That is some
/// forty seconds, on top of the SDK's own retries.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Segment {
    /// Sends page after page, up to the end or a failure, as long as there is somebody to take them.
    pub(super) async fn read(self, parts: mpsc::Sender<Result<Part, Failure>>) {
        let mut page_size = self.pace.share(self.of).map(|_| FIRST_PAGE);
        let mut start = None;
        loop {
            let page = self.page(start, page_size).await;
            let next = page.as_ref().ok().and_then(|page| page.last_evaluated_key.clone());
            page_size = page.as_ref().ok().and_then(|page| self.next_page_size(page));
            let part = page.and_then(|page| part_of(&page));
            if parts.send(part).await.is_err() || next.is_none() {
                return;
            }
            start = next;
        }
    }

    /// A page, asked for again where it is throttled: a table that others use too is no reason to begin anew.
    async fn page(&self, start: Option<Item>, page_size: Option<i32>) -> Result<ScanOutput, Failure> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            self.pace.wait().await;
            match self.request(start.clone(), page_size).await {
                Err((true, _)) => tokio::time::sleep(pause).await,
                answer => return answer.map_err(|(_, failure)| failure),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        self.request(start, page_size).await.map_err(|(_, failure)| failure)
    }

    /// One request; whether its failure is that it was throttled.
    async fn request(&self, start: Option<Item>, page_size: Option<i32>) -> Result<ScanOutput, (bool, Failure)> {
        let scan = self.client.sdk().scan().table_name(&self.table).set_exclusive_start_key(start);
        let scan = scan.segment(self.number).total_segments(self.of).set_limit(page_size);
        let scan = scan.consistent_read(self.consistent).return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = scan.send().await.map_err(|error| {
            let failure = Failure::of_sdk(format!("table `{}` cannot be scanned", self.table), &error);
            (is_throttling(error.code()), failure)
        })?;
        self.pace.spend(units(&output));
        Ok(output)
    }

    /// As many items as take what this segment may spend in a second; `None` where it may spend what it likes.
    // Counts of items are small, and the product is only an estimate.
    #[allow(clippy::cast_possible_truncation)]
    fn next_page_size(&self, page: &ScanOutput) -> Option<i32> {
        let share = self.pace.share(self.of)?;
        let items = f64::from(page.scanned_count().max(1));
        Some((items * share / units(page).max(0.5)).clamp(1.0, 100_000.0) as i32)
    }
}

fn part_of(page: &ScanOutput) -> Result<Part, Failure> {
    let mut lines = Vec::new();
    for item in page.items() {
        line::write(item, &mut lines)?;
    }
    Ok(Part { lines, items: page.items().len() as u64 })
}

fn units(page: &ScanOutput) -> f64 {
    page.consumed_capacity().and_then(ConsumedCapacity::capacity_units).unwrap_or(0.0)
}

fn is_throttling(code: Option<&str>) -> bool {
    let codes = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];
    code.is_some_and(|code| codes.contains(&code))
}
