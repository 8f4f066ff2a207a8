//! [`Ledger`]: an observer that adds up requests and units by operation.

mod report;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{ErrorKind, Observer, Operation, RequestEvent};

/// An observer that adds up what requests cost, by operation, model, table and index.
///
/// A clone shares the entries, so keep one and give the other to the client. `Display` writes a table, with the most
/// expensive entry first; `to_json` (feature `serde_json`) returns the same as JSON. A ledger takes a lock for each request.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// use singlet::{Ledger, Operation};
///
/// let ledger = Ledger::new();
/// let client = singlet::current_client().unwrap().with_observer(ledger.clone());
/// Order::query("ann").client(&client).await?;
/// Order::update(("ann", 1)).set(|o| o.note, "paid").client(&client).await?;
///
/// let entries = ledger.entries();
/// assert_eq!((entries[0].operation, entries[0].calls, entries[0].write), (Operation::Update, 1, 1.0));
/// assert_eq!((entries[1].operation, entries[1].requests, entries[1].read), (Operation::Query, 1, 0.5));
/// println!("{ledger}");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Default)]
pub struct Ledger {
    entries: Arc<Mutex<BTreeMap<EntryKey, LedgerEntry>>>,
    prices: Prices,
}

/// What an entry is about. Entries that cost the same are in this order.
type EntryKey = (Operation, Option<&'static str>, String, Option<String>);

/// What one capacity unit costs.
///
/// The default is the on-demand price of the Standard table class in us-east-1, in US dollars. AWS publishes the
/// [prices](https://aws.amazon.com/dynamodb/pricing/on-demand/) of other regions.
///
/// ```
/// let prices = singlet::Prices { read_million: 0.14, write_million: 0.71 };
/// let ledger = singlet::Ledger::new().with_prices(prices);
/// assert!(ledger.entries().is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// The price of a million read units.
    pub read_million: f64,
    /// The price of a million write units.
    pub write_million: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Prices { read_million: 0.125, write_million: 0.625 }
    }
}

/// What one operation of one model has cost. Returned by [`Ledger::entries`].
///
/// ```
/// fn requests_per_call(entry: &singlet::LedgerEntry) -> Option<f64> {
///     (entry.calls > 0).then(|| f64::from(entry.requests) / f64::from(entry.calls))
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The operation that sent the requests.
    pub operation: Operation,
    /// The Rust name of the model; `None` for requests about several models or about the table.
    pub model: Option<&'static str>,
    /// The table, or all tables of a batch.
    pub table: String,
    /// The index, if the requests read one.
    pub index: Option<String>,
    /// How many calls began with one of these requests. Refreshes belong to the call of another operation, and begin none.
    pub calls: u32,
    /// How many requests were sent.
    pub requests: u32,
    /// How often they were repeated by the SDK.
    pub retries: u32,
    /// How many requests failed because of throttling, after all retries.
    pub throttled: u32,
    /// How many items were returned or written.
    pub items: usize,
    /// Read units.
    pub read: f64,
    /// Write units.
    pub write: f64,
    /// The estimated write units of refused writes.
    pub refused: f64,
    /// The duration of the slowest request.
    pub slowest: Duration,
    /// What all units cost, by the ledger's [prices](Ledger::with_prices).
    pub price: f64,
}

impl Ledger {
    /// Creates an empty ledger.
    ///
    /// ```
    /// assert!(singlet::Ledger::new().entries().is_empty());
    /// ```
    pub fn new() -> Self {
        Ledger::default()
    }

    /// Sets the prices of units.
    ///
    /// ```
    /// let ledger = singlet::Ledger::new().with_prices(singlet::Prices { read_million: 0.25, write_million: 1.25 });
    /// # drop(ledger);
    /// ```
    pub fn with_prices(mut self, prices: Prices) -> Self {
        self.prices = prices;
        self
    }

    /// Returns the entries, with the most expensive first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let ledger = singlet::Ledger::new();
    /// let client = singlet::current_client().unwrap().with_observer(ledger.clone());
    /// Order::get(("ann", 1)).client(&client).await?;
    /// let slowest = ledger.entries().into_iter().max_by_key(|entry| entry.slowest).unwrap();
    /// assert_eq!(slowest.operation, singlet::Operation::Get);
    /// # Ok(()) }) }
    /// ```
    pub fn entries(&self) -> Vec<LedgerEntry> {
        let mut entries: Vec<LedgerEntry> = self.lock().values().cloned().collect();
        for entry in &mut entries {
            let Prices { read_million, write_million } = self.prices;
            entry.price = (entry.read * read_million + (entry.write + entry.refused) * write_million) / 1e6;
        }
        entries.sort_by(|a, b| b.price.total_cmp(&a.price));
        entries
    }

    /// Returns the entries and removes them, for example to report each minute.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let ledger = singlet::Ledger::new();
    /// let client = singlet::current_client().unwrap().with_observer(ledger.clone());
    /// Order::get(("ann", 1)).client(&client).await?;
    /// assert_eq!((ledger.take().len(), ledger.entries().len()), (1, 0));
    /// # Ok(()) }) }
    /// ```
    pub fn take(&self) -> Vec<LedgerEntry> {
        let taken = std::mem::take(&mut *self.lock());
        Ledger { entries: Arc::new(Mutex::new(taken)), prices: self.prices }.entries()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EntryKey, LedgerEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Ledger {
    fn request(&self, event: &RequestEvent<'_>) {
        let index = event.index.map(str::to_owned);
        let row = (event.operation, event.model, event.table.to_owned(), index.clone());
        let mut entries = self.lock();
        let entry = entries.entry(row).or_insert_with(|| LedgerEntry {
            operation: event.operation,
            model: event.model,
            table: event.table.to_owned(),
            index,
            calls: 0,
            requests: 0,
            retries: 0,
            throttled: 0,
            items: 0,
            read: 0.0,
            write: 0.0,
            refused: 0.0,
            slowest: Duration::ZERO,
            price: 0.0,
        });
        entry.calls += u32::from(event.is_first);
        entry.requests += event.cost.requests;
        entry.retries += event.attempts.saturating_sub(1);
        entry.throttled += u32::from(event.error == Some(ErrorKind::Throttled));
        entry.items += event.items;
        entry.read += event.cost.read;
        entry.write += event.cost.write;
        entry.refused += event.cost.refused;
        entry.slowest = entry.slowest.max(event.duration);
    }
}

/// Shows the number of entries.
impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("entries", &self.lock().len()).field("prices", &self.prices).finish()
    }
}
