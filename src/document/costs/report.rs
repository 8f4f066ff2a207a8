//! The costs as text.

use std::fmt;

use super::{CostRow, SampledModel, TableCosts};
use crate::ItemSize;

const HEAD: [&str; 4] = ["", "read units", "write units", "of indexes"];

/// A table for each model, then the hints.
impl fmt::Display for TableCosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for model in self.models.iter().filter(|model| !model.sizes.is_empty()) {
            parts.push(format!("{}\n{}", title(model), grid(&self.rows_of(model))));
        }
        let hints: Vec<_> = self.hints().iter().map(|hint| format!("hint: {hint}")).collect();
        parts.extend((!hints.is_empty()).then(|| hints.join("\n")));
        if parts.is_empty() {
            return f.write_str("no samples");
        }
        f.write_str(&parts.join("\n\n"))
    }
}

fn title(model: &SampledModel) -> String {
    let total: usize = model.sizes.iter().map(ItemSize::bytes).sum();
    let largest = model.sizes.iter().map(ItemSize::bytes).max().unwrap_or(0);
    let count = model.sizes.len();
    match count {
        1 => format!("{}, an item of {largest} bytes", model.name),
        _ => {
            format!("{}, {count} items of {} bytes on average and {largest} at most", model.name, total.div_ceil(count))
        }
    }
}

fn grid(rows: &[CostRow]) -> String {
    let cells = |row: &CostRow| [row.pattern.to_string(), shown(row.read), shown(row.write), shown(row.index_write)];
    let rows: Vec<[String; 4]> = std::iter::once(HEAD.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |[name, read, write, index]: &[String; 4]| {
        let [a, b, c, d] = widths;
        format!("  {name:a$}  {read:>b$}  {write:>c$}  {index:>d$}").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Units with at most two decimals; nothing for none.
fn shown(units: f64) -> String {
    if units > 0.0 { ((units * 100.0).round() / 100.0).to_string() } else { String::new() }
}
