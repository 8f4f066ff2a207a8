//! A table as text, for people.

use std::fmt::Write as _;

use singlet::tables::{Billing, IndexDescription, KeyDescription, TableDescription};

use crate::escape::Inline;

pub(super) fn table(table: &TableDescription) -> String {
    let mut lines = Lines::default();
    lines.add("table", format_args!("{} ({})", table.name, table.status.as_str()));
    if let Some(arn) = &table.arn {
        lines.add("arn", arn);
    }
    lines.add("keys", keys(&table.hash_key, &table.range_key));
    lines.add("size", size(table.items, table.bytes));
    match table.billing {
        Billing::Provisioned { read, write, .. } => {
            lines.add("billing", format_args!("provisioned, {read} read and {write} write units per second"));
        }
        _ => lines.add("billing", "on demand"),
    }
    match &table.ttl.attribute {
        Some(attribute) => lines.add("ttl", format_args!("{} on `{attribute}`", table.ttl.status.as_str())),
        None => lines.add("ttl", table.ttl.status.as_str()),
    }
    match &table.stream {
        Some(stream) => lines.add("stream", stream.view.map_or("unknown view", |view| view.as_str())),
        None => lines.add("stream", "none"),
    }
    lines.add("protection", if table.deletion_protection { "cannot be deleted" } else { "can be deleted" });
    for found in &table.indexes {
        lines.add("index", index(found));
    }
    lines.0
}

fn index(index: &IndexDescription) -> String {
    let keys = keys(&index.hash_key, &index.range_key);
    let kind = if index.local { "local" } else { "global" };
    let status = index.status.as_ref().map(|status| format!(", {}", status.as_str())).unwrap_or_default();
    let size = size(index.items, index.bytes);
    format!("{}, {kind}: {keys}, {}{status}, {size}", index.name, index.projection)
}

fn keys(hash: &[KeyDescription], range: &[KeyDescription]) -> String {
    let several = |keys: &[KeyDescription]| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
    if range.is_empty() { several(hash) } else { format!("{}, {}", several(hash), several(range)) }
}

/// The size, which DynamoDB updates about every six hours.
fn size(items: u64, bytes: u64) -> String {
    format!("about {items} items, {}", indicatif::HumanBytes(bytes))
}

/// Lines with labels.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, label: &str, text: impl std::fmt::Display) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{label:<11} {}", Inline(text));
    }
}
