//! A table of any number of orders, which a transport answers from after a delay. It makes each page when it is requested, so it
//! holds only the items of one page.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client as Sdk;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde::Deserialize;
use serde_json::Value;

use crate::canned::{config, response};
use crate::json;
use crate::order::{self, Order, TABLE};
use crate::peers::by_hand;

/// The number of the first order. All numbers have eight digits.
const FIRST: u32 = 10_000_000;

/// What precedes the number in a range key, and nowhere else.
const NUMBER: &str = "ORDER#";

/// The customer of all orders.
pub(super) const CUSTOMER: &str = "c-20931";

/// The order at an index of the table.
pub(super) fn order(index: u32, page: u32) -> Order {
    Order { number: FIRST + index, ..Order::small(index % page) }
}

/// The key of the order at an index.
pub(super) fn key(index: u32) -> (&'static str, u32) {
    (CUSTOMER, FIRST + index)
}

/// The table. Clones are the same table.
#[derive(Debug, Clone)]
pub(super) struct Service(Arc<State>);

#[derive(Debug)]
struct State {
    /// The number of items, and that of each page.
    items: u32,
    page: u32,
    delay: Duration,
    /// The items of a page.
    templates: Vec<Template>,
    running: AtomicUsize,
    most: AtomicUsize,
    written: AtomicU64,
    sum: AtomicU64,
    /// The written items, if they are kept.
    kept: Mutex<Option<Vec<Value>>>,
}

const LOCK: &str = "nobody panics with the lock";

impl Service {
    pub(super) fn new(items: u32, page: u32, delay: Duration) -> Self {
        assert!(items.is_multiple_of(page), "all pages are full");
        let templates = (0..page).map(|index| Template::new(index, page)).collect();
        let [running, most] = [0; 2].map(AtomicUsize::new);
        let [written, sum] = [0; 2].map(AtomicU64::new);
        Service(Arc::new(State { items, page, delay, templates, running, most, written, sum, kept: Mutex::default() }))
    }

    pub(super) fn sdk(&self) -> Sdk {
        Sdk::from_conf(config().http_client(self.clone()).build())
    }

    /// Runs `work`, and returns the most requests that it had in flight at once.
    pub(super) fn in_flight<T>(&self, work: impl FnOnce() -> T) -> (usize, T) {
        self.0.most.store(0, Ordering::Relaxed);
        let done = work();
        assert_eq!(self.0.running.load(Ordering::Relaxed), 0, "all requests have been answered");
        (self.0.most.load(Ordering::Relaxed), done)
    }

    /// Runs `work`, and returns the items that it has written, by their numbers.
    pub(super) fn writes_of(&self, work: impl FnOnce()) -> Vec<Value> {
        *self.0.kept.lock().expect(LOCK) = Some(Vec::new());
        work();
        let mut kept = self.0.kept.lock().expect(LOCK).take().expect("it was set");
        kept.sort_by_cached_key(|item| item["sk"]["S"].to_string());
        kept
    }

    /// Asserts that the first items have been written, each once.
    pub(super) fn assert_written(&self, count: u32) {
        let expected: u64 = (0..u64::from(count)).map(|index| u64::from(FIRST) + index).sum();
        assert_eq!(self.0.written.load(Ordering::Relaxed), u64::from(count), "the number of written items");
        assert_eq!(self.0.sum.load(Ordering::Relaxed), expected, "the sum of their numbers");
    }

    /// Appends the item at an index, in DynamoDB's JSON.
    pub(super) fn append(&self, index: u32, to: &mut String) {
        let template = &self.0.templates[(index % self.0.page) as usize];
        template.append(FIRST + index, to);
    }
}

impl State {
    fn answer(&self, request: &HttpRequest) -> String {
        let target = request.headers().get("x-amz-target").expect("a request names its operation");
        let body = request.body().bytes().expect("the body is in memory");
        match target.rsplit_once('.').expect("the version comes first").1 {
            "Query" => self.pages(body, Segment::default()),
            "Scan" => self.pages(body, serde_json::from_slice(body).expect("the body is JSON")),
            "BatchGetItem" => self.items_of(body),
            "BatchWriteItem" => self.write(body),
            operation => panic!("no case sends {operation}"),
        }
    }

    /// The page after the key in the body, of the part of the table that is read.
    fn pages(&self, body: &[u8], Segment { segment, total }: Segment) -> String {
        let pages = self.items / self.page;
        assert!(pages.is_multiple_of(total), "all segments have as many pages");
        let (start, end) = (pages / total * segment, pages / total * (segment + 1));
        let page = numbers(body).next().map_or(start, |last| (last - FIRST) / self.page + 1);
        let (first, count) = (page * self.page, self.page);
        let items = self.joined(first..first + count);
        let mut body = format!(r#"{{"Count":{count},"Items":[{items}],"ScannedCount":{count}"#);
        if page + 1 < end {
            let (hash, range) = (order::hash(CUSTOMER), order::range(FIRST + first + count - 1));
            let key = format!(r#","LastEvaluatedKey":{{"pk":{{"S":"{hash}"}},"sk":{{"S":"{range}"}}}}"#);
            body.push_str(&key);
        }
        body.push('}');
        body
    }

    fn items_of(&self, body: &[u8]) -> String {
        let items = self.joined(numbers(body).map(|number| number - FIRST));
        format!(r#"{{"Responses":{{"{TABLE}":[{items}]}},"UnprocessedKeys":{{}}}}"#)
    }

    fn joined(&self, indexes: impl Iterator<Item = u32>) -> String {
        let mut items = String::new();
        for index in indexes {
            if !items.is_empty() {
                items.push(',');
            }
            self.templates[(index % self.page) as usize].append(FIRST + index, &mut items);
        }
        items
    }

    fn write(&self, body: &[u8]) -> String {
        let (mut count, mut sum) = (0, 0);
        for number in numbers(body) {
            count += 1;
            sum += u64::from(number);
        }
        self.written.fetch_add(count, Ordering::Relaxed);
        self.sum.fetch_add(sum, Ordering::Relaxed);
        if let Some(kept) = &mut *self.kept.lock().expect(LOCK) {
            kept.extend(json::batch_items(body));
        }
        r#"{"UnprocessedItems":{}}"#.to_owned()
    }
}

/// The part of a table that a scan reads.
#[derive(Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Segment {
    segment: u32,
    #[serde(rename = "TotalSegments")]
    total: u32,
}

impl Default for Segment {
    fn default() -> Self {
        Segment { segment: 0, total: 1 }
    }
}

/// The numbers of the range keys in a body.
fn numbers(body: &[u8]) -> impl Iterator<Item = u32> {
    let body = std::str::from_utf8(body).expect("JSON is UTF-8");
    // The condition of a query contains the start of a range key without a number, which is skipped.
    body.split(NUMBER).skip(1).filter_map(|rest| rest.get(..8)?.parse().ok())
}

/// The JSON of an item, without its number.
#[derive(Debug)]
struct Template(Vec<String>);

impl Template {
    fn new(index: u32, page: u32) -> Self {
        let order = order(index, page);
        let item = json::values(vec![by_hand::write(&order)]).remove(0).to_string();
        let parts: Vec<_> = item.split(&order.number.to_string()).map(str::to_owned).collect();
        assert_eq!(parts.len(), 3, "the number is in the range key and in the field");
        Template(parts)
    }

    fn append(&self, number: u32, to: &mut String) {
        let (first, rest) = self.0.split_first().expect("a text has a part");
        to.push_str(first);
        for part in rest {
            let _ = write!(to, "{number}");
            to.push_str(part);
        }
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = response(self.0.answer(&request));
        let state = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let running = state.running.fetch_add(1, Ordering::Relaxed) + 1;
            state.most.fetch_max(running, Ordering::Relaxed);
            if state.delay.is_zero() {
                // Requests that are sent together are in flight together.
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep(state.delay).await;
            }
            state.running.fetch_sub(1, Ordering::Relaxed);
            Ok(answer)
        })
    }
}
