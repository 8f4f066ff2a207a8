//! A ledger as text and as JSON.

use std::fmt;

use crate::{Ledger, LedgerEntry};

const HEAD: [&str; 10] =
    ["operation", "where", "calls", "requests", "retries", "throttled", "read", "write", "refused", "slowest"];

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries();
        let rows: Vec<[String; 10]> = entries.iter().map(cells).collect();
        let mut widths = HEAD.map(|name| name.chars().count());
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        line(f, &HEAD.map(str::to_owned), &widths)?;
        for row in &rows {
            line(f, row, &widths)?;
        }
        let price: f64 = entries.iter().map(|entry| entry.price).sum();
        write!(f, "total: {price:.6}")
    }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String; 10], widths: &[usize; 10]) -> fmt::Result {
    for (n, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Names on the left, numbers on the right.
        if n < 2 {
            write!(f, "{cell:<width$}  ")?;
        } else {
            write!(f, "{cell:>width$}{}", if n + 1 < cells.len() { "  " } else { "\n" })?;
        }
    }
    Ok(())
}

fn cells(entry: &LedgerEntry) -> [String; 10] {
    let place = match &entry.index {
        Some(index) => format!("{}/{index}", entry.table),
        None => entry.table.clone(),
    };
    let place = entry.model.map_or_else(|| place.clone(), |model| format!("{model} in {place}"));
    [
        format!("{:?}", entry.operation),
        place,
        entry.calls.to_string(),
        entry.requests.to_string(),
        entry.retries.to_string(),
        entry.throttled.to_string(),
        format!("{:.1}", entry.read),
        format!("{:.1}", entry.write),
        format!("{:.1}", entry.refused),
        format!("{} ms", entry.slowest.as_millis()),
    ]
}

#[cfg(feature = "serde_json")]
impl Ledger {
    /// Returns the entries as a JSON array of objects, with the most expensive first. The keys are the fields of
    /// [`LedgerEntry`]; `slowest_ms` is in milliseconds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let ledger = singlet::Ledger::new();
    /// let client = singlet::current_client().unwrap().with_observer(ledger.clone());
    /// Order::get(("ann", 1)).client(&client).await?;
    /// assert_eq!(ledger.to_json()[0]["read"], 0.5);
    /// # Ok(()) }) }
    /// ```
    pub fn to_json(&self) -> serde_json::Value {
        let object = |entry: LedgerEntry| {
            serde_json::json!({
                "operation": format!("{:?}", entry.operation),
                "model": entry.model,
                "table": entry.table,
                "index": entry.index,
                "calls": entry.calls,
                "requests": entry.requests,
                "retries": entry.retries,
                "throttled": entry.throttled,
                "items": entry.items,
                "read": entry.read,
                "write": entry.write,
                "refused": entry.refused,
                "slowest_ms": entry.slowest.as_secs_f64() * 1e3,
                "price": entry.price,
            })
        };
        self.entries().into_iter().map(object).collect()
    }
}
