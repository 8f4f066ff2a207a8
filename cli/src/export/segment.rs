//! One segment of the scan of an export: pages, rate limit, and retries when it is throttled.
//!
//! It uses the SDK directly, because it exports items of any kind, for which there is no model.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use singlet::{Client, Item, RateLimiter};
use tokio::sync::mpsc;

use crate::{Failure, line};

/// One segment of a parallel scan.
pub(super) struct Segment {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) number: i32,
    pub(super) of: i32,
    pub(super) consistent: bool,
    pub(super) rate_limiter: RateLimiter,
}

/// The items of one page as lines.
pub(super) struct PageLines {
    pub(super) lines: Vec<u8>,
    pub(super) items: u64,
}

/// The limit of the first page if there is a rate limit. After it, the size of the items is known.
const FIRST_PAGE: i32 = 50;

/// The number of attempts for a throttled page, and the pause between them, which doubles up to the longest one. That
/// is about forty seconds in addition to the SDK's own retries.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Segment {
    /// Sends pages until the end of the segment, a failure, or the receiver is dropped.
    pub(super) async fn read(self, pages: mpsc::Sender<Result<PageLines, Failure>>) {
        let mut page_size = self.rate_limiter.read_rate().is_finite().then_some(FIRST_PAGE);
        let mut start = None;
        loop {
            let mut page = self.page(start.clone(), page_size).await;
            if page.as_ref().is_ok_and(|page| page.last_evaluated_key.is_some() && page.last_evaluated_key == start) {
                page = Err(Failure::new(format!("table `{}` returns the same page again and again", self.table)));
            }
            let next = page.as_ref().ok().and_then(|page| page.last_evaluated_key.clone());
            page_size = page.as_ref().ok().and_then(|page| self.next_page_size(page));
            let lines = page.and_then(|page| lines_of(&page));
            if pages.send(lines).await.is_err() || next.is_none() {
                return;
            }
            start = next;
        }
    }

    /// Reads a page, and retries it when it is throttled, so that other users of the table do not fail a long export.
    async fn page(&self, start: Option<Item>, page_size: Option<i32>) -> Result<ScanOutput, Failure> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.request(start.clone(), page_size).await {
                Err((true, _)) => tokio::time::sleep(pause).await,
                outcome => return outcome.map_err(|(_, failure)| failure),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        self.request(start, page_size).await.map_err(|(_, failure)| failure)
    }

    /// Sends one request. An error also says whether the request was throttled.
    async fn request(&self, start: Option<Item>, page_size: Option<i32>) -> Result<ScanOutput, (bool, Failure)> {
        let scan = self.client.sdk().scan().table_name(&self.table).set_exclusive_start_key(start);
        let scan = scan.segment(self.number).total_segments(self.of).set_limit(page_size);
        let scan = scan.consistent_read(self.consistent).return_consumed_capacity(ReturnConsumedCapacity::Total);
        let permit = self.rate_limiter.read_permit().await.map_err(|error| (false, error.into()))?;
        match scan.send().await {
            Ok(output) => {
                permit.consume(units(&output));
                Ok(output)
            }
            Err(error) => {
                let is_throttled = is_throttling(error.code());
                if is_throttled {
                    permit.throttled();
                }
                let failure = Failure::from_sdk(format!("table `{}` cannot be scanned", self.table), &error);
                Err((is_throttled, failure))
            }
        }
    }

    /// The number of items that consume what this segment may consume per second, or `None` without a rate limit.
    // Counts of items are small, and the product is only an estimate.
    #[allow(clippy::cast_possible_truncation)]
    fn next_page_size(&self, page: &ScanOutput) -> Option<i32> {
        let rate = self.rate_limiter.read_rate();
        if rate.is_infinite() {
            return None;
        }
        let share = rate / f64::from(self.of);
        let items = f64::from(page.scanned_count().max(1));
        Some((items * share / units(page).max(0.5)).clamp(1.0, 100_000.0) as i32)
    }
}

fn lines_of(page: &ScanOutput) -> Result<PageLines, Failure> {
    let mut lines = Vec::new();
    for item in page.items() {
        line::write(item, &mut lines)?;
    }
    Ok(PageLines { lines, items: page.items().len() as u64 })
}

fn units(page: &ScanOutput) -> f64 {
    page.consumed_capacity().and_then(ConsumedCapacity::capacity_units).unwrap_or(0.0)
}

fn is_throttling(code: Option<&str>) -> bool {
    let codes = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];
    code.is_some_and(|code| codes.contains(&code))
}
