//! `singlet cost`: samples a table and shows what reading and writing its items costs, with hints.

use clap::Args;
use serde_json::{Value, json};
use singlet::tables::{AccessPattern, CostRow, TableCosts};
use singlet::{CostHint, ItemSize};

use crate::escape::Inline;
use crate::inspect::Subject;
use crate::{Exit, Failure, Session};

/// `singlet cost`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Samples the items of a table, or of a file that `singlet import` accepts, tells entities apart as `singlet inspect` does, and \
shows the capacity units of each access pattern at the sizes of the sampled items: on average, by DynamoDB's rules, with the \
writes of indexes. Gets and queries are eventually consistent; strongly consistent ones cost twice as much. An update changes \
an attribute that is not a key.

Hints name what can perhaps be saved: values that are stored in a key and again as attributes, indexes without the expiry, and \
indexes of all attributes that would cost less with the keys.

A file of items needs a definition of its table, by options or by --definition, unless it is a model of NoSQL Workbench.

  singlet cost shop
  singlet cost shop --items shop.jsonl.gz --hash-key pk --range-key sk --index gsi1,hash=gsi1pk")]
pub struct CostCommand {
    #[command(flatten)]
    subject: Subject,

    /// How many items a query reads in one page
    #[arg(long, value_name = "ITEMS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    page_items: u32,
}

impl CostCommand {
    /// Whether the command sends no request.
    pub(crate) fn is_offline(&self) -> bool {
        self.subject.is_offline()
    }

    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        self.subject.check()?;
        let sampled = self.subject.sampled(session).await?;
        let page = usize::try_from(self.page_items).unwrap_or(usize::MAX);
        let mut costs = TableCosts::new(sampled.definition.clone()).page_items(page);
        let mut sizes_of = Vec::new();
        for model in &sampled.plan.models {
            let sizes = model.items.iter().map(ItemSize::of_item).collect::<Result<Vec<_>, _>>()?;
            costs = costs.items(&model.name, &model.items)?;
            if let Some(hint) = stored_twice(&model.name, model.stored_twice(&sampled.definition), &sizes) {
                costs = costs.hint(hint);
            }
            sizes_of.push((&model.name, sizes));
        }
        let (rows, hints) = (costs.rows(), costs.hints());
        let models = sizes_of.iter().map(|(name, sizes)| {
            json!({
                "name": name,
                "items": sizes.len(),
                "bytes": total(sizes, ItemSize::bytes).div_ceil(sizes.len().max(1)),
                "largest": sizes.iter().map(ItemSize::bytes).max(),
                "costs": rows.iter().filter(|row| row.model == **name).map(row).collect::<Vec<_>>(),
            })
        });
        let document = json!({
            "table": self.subject.table,
            "items": sampled.count,
            "capacity_units": sampled.units,
            "page_items": self.page_items,
            "models": models.collect::<Vec<_>>(),
            "hints": hints.iter().map(|hint| json!({ "kind": kind(hint), "text": hint.to_string() })).collect::<Vec<_>>(),
        });
        let sample = format!("sampled {} items for {} capacity units", sampled.count, sampled.units);
        session.output.result(&document, format!("{costs}\n\n{}", Inline(sample)))?;
        Ok(Exit::Done)
    }
}

/// The hint at attributes that the keys of these items hold too.
fn stored_twice(model: &str, attributes: Vec<String>, sizes: &[ItemSize]) -> Option<CostHint> {
    let is_twice = |name: &str| attributes.iter().any(|attribute| attribute == name);
    let total = total(sizes, |size| size.attributes().filter(|(name, _)| is_twice(name)).map(|(_, bytes)| bytes).sum());
    (total > 0).then(|| CostHint::StoredTwice {
        model: model.to_owned(),
        bytes: total.div_ceil(sizes.len()),
        attributes,
    })
}

fn total(sizes: &[ItemSize], of: impl Fn(&ItemSize) -> usize) -> usize {
    sizes.iter().map(of).sum()
}

fn row(row: &CostRow) -> Value {
    let (operation, index) = match &row.pattern {
        AccessPattern::Get => ("get", None),
        AccessPattern::TransactGet => ("transact_get", None),
        AccessPattern::Query => ("query", None),
        AccessPattern::QueryIndex { index } => ("query", Some(index)),
        AccessPattern::Create => ("create", None),
        AccessPattern::Update => ("update", None),
        AccessPattern::Delete => ("delete", None),
        AccessPattern::TransactWrite => ("transact_write", None),
        _ => ("other", None),
    };
    json!({
        "operation": operation,
        "index": index,
        "read": row.read,
        "write": row.write,
        "index_write": row.index_write,
    })
}

fn kind(hint: &CostHint) -> &'static str {
    match hint {
        CostHint::StoredTwice { .. } => "stored_twice",
        CostHint::ExpiryNotInIndex { .. } => "expiry_not_in_index",
        CostHint::AllProjected { .. } => "all_projected",
        CostHint::RefreshOnEachRead { .. } => "refresh_on_each_read",
        _ => "other",
    }
}
