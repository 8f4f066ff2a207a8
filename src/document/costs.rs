//! What the access patterns of a table cost at the sizes of sample items: [`TableCosts`].
//!
//! It applies DynamoDB's rules to the sizes that `size` measures, and sends nothing.

mod hints;
mod report;

use std::fmt;

use crate::op::{IndexDefinition, TableDefinition};
use crate::schema::{ModelSchema, TableSchema};
use crate::size::{IndexContent, IndexShape, ItemSize};
use crate::ttl::TtlSettings;
use crate::{CostHint, Error, ErrorKind, Item, Model, Result};

use super::content::is_same_model;

/// A page of a query consumes one read unit for each started 4 KB, or half of that if it is eventually consistent.
const READ_UNIT: f64 = 4_096.0;

/// What each access pattern of a table costs at the sizes of sample items, with hints at what can be saved. Created by
/// [`TableDocument::costs`](crate::tables::TableDocument::costs), or by [`new`](Self::new) for a table without models.
///
/// Add samples with the sizes that real items have; a model without samples has no rows. Several samples of a model
/// give the average of their units. `Display` writes a table for each model, then the hints.
///
/// ```
/// use singlet::tables::{AccessPattern, TableDocument};
/// use singlet::{Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk")]
/// #[table(index(name = "by_status", hash_key = "status"))]
/// struct Shop;
///
/// #[derive(Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:06}", index(by_status, hash_key = status))]
/// struct Order {
///     #[model(key_only)]
///     customer: String,
///     #[model(key_only)]
///     number: u32,
///     status: String,
///     notes: String,
/// }
///
/// let order = Order { customer: "c-1".into(), number: 7, status: "open".into(), notes: "x".repeat(2_900) };
/// let costs = TableDocument::<Shop>::new().model::<Order>().costs().sample(&order)?;
///
/// let update = costs.rows().into_iter().find(|row| row.pattern == AccessPattern::Update).unwrap();
/// assert_eq!((update.write, update.index_write), (3.0, 3.0));
///
/// // With the keys alone in the index, the entry would cost one unit, and most updates would not touch it.
/// assert!(costs.hints()[0].to_string().contains("costs 3 units instead of 1"));
/// println!("{costs}");
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "costs do nothing until their rows or hints are read"]
pub struct TableCosts {
    definition: TableDefinition,
    page_items: usize,
    models: Vec<SampledModel>,
    /// The hints that the caller has added.
    added: Vec<CostHint>,
}

/// A model, or an entity that only its items show, with the sizes of its samples.
#[derive(Debug, Clone)]
struct SampledModel {
    name: String,
    /// What the derive says.
    schema: Option<&'static ModelSchema>,
    /// What the config says, if a value has been added.
    lifecycle: TtlSettings,
    /// Whether a sample has the TTL attribute.
    expires: bool,
    sizes: Vec<ItemSize>,
}

/// One way to read or write items of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessPattern {
    /// An eventually consistent get. A strongly consistent one costs twice as much.
    Get,
    /// A get in a read transaction.
    TransactGet,
    /// An eventually consistent query of the table that reads a page of items.
    Query,
    /// An eventually consistent query of an index that reads a page of entries.
    QueryIndex {
        /// The name of the index.
        index: String,
    },
    /// A write of a new item.
    Create,
    /// An update of an attribute that is not a key, in each index that contains more than keys.
    Update,
    /// A delete.
    Delete,
    /// A write of a new item in a transaction. It costs twice as much as outside, but not for the indexes.
    TransactWrite,
}

/// The capacity units of one access pattern, on average over the samples.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CostRow {
    /// The model, or the entity of sampled items.
    pub model: String,
    /// What is done.
    pub pattern: AccessPattern,
    /// Read units.
    pub read: f64,
    /// Write units of the item itself.
    pub write: f64,
    /// Write units of its entries in all indexes.
    pub index_write: f64,
}

impl TableCosts {
    /// Creates the costs of a table that is known only at run time. Add its items with [`items`](Self::items).
    ///
    /// ```
    /// use aws_sdk_dynamodb::types::AttributeValue;
    /// use singlet::key::KeyType;
    /// use singlet::tables::{AccessPattern, TableCosts, TableDefinition};
    ///
    /// let item = [("pk".to_owned(), AttributeValue::S("USER#1".into()))].into();
    /// let costs = TableCosts::new(TableDefinition::new("pk", KeyType::S)).items("User", [&item])?;
    /// let create = costs.rows().into_iter().find(|row| row.pattern == AccessPattern::Create).unwrap();
    /// assert_eq!((create.model.as_str(), create.write, create.index_write), ("User", 1.0, 0.0));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn new(definition: TableDefinition) -> Self {
        TableCosts { definition, page_items: 10, models: Vec::new(), added: Vec::new() }
    }

    /// The costs of a table with these models, in their order.
    pub(super) fn of(table: &TableSchema, models: &[&'static ModelSchema]) -> Self {
        let mut costs = Self::new(TableDefinition::of(table));
        costs.models.extend(models.iter().map(|schema| SampledModel::new(schema.model, Some(schema))));
        costs
    }

    /// Sets how many items a query reads in one page. The default is 10.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// use singlet::key::KeyType;
    /// use singlet::tables::{AccessPattern, TableCosts, TableDefinition};
    ///
    /// let order = Order::builder().customer("ann").id(7).total(40).build();
    /// let definition = TableDefinition::new("pk", KeyType::S).range_key("sk", KeyType::S);
    /// let costs = TableCosts::new(definition).page_items(1_000).sample(&order)?;
    /// let query = costs.rows().into_iter().find(|row| row.pattern == AccessPattern::Query).unwrap();
    /// assert_eq!(query.read, (order.size()?.bytes() * 1_000).div_ceil(4_096) as f64 / 2.0);
    /// # Ok(()) }) }
    /// ```
    pub fn page_items(mut self, items: usize) -> Self {
        self.page_items = items;
        self
    }

    /// Adds a value of a model as a sample.
    ///
    /// # Errors
    ///
    /// `Encode` if the value cannot be stored, and `Validation` if the keys of its table have other names.
    pub fn sample<M: Model>(mut self, value: &M) -> Result<Self> {
        let schema = M::SCHEMA;
        let keys = |definition: &TableDefinition| {
            let keys = definition.hash_key.iter().chain(&definition.range_key);
            keys.map(|key| key.attribute.clone()).collect::<Vec<_>>()
        };
        if keys(&self.definition) != keys(&TableDefinition::of(schema.table)) {
            let message = "the keys of the model's table have other names than those of the costs";
            return Err(Error::new(ErrorKind::Validation, message).with_model(schema.model));
        }
        let size = value.size()?;
        let is_same = |known: &SampledModel| known.schema.is_some_and(|known| is_same_model(known, schema));
        let model = self.sampled(is_same, || SampledModel::new(schema.model, Some(schema)));
        model.lifecycle = M::config().lifecycle;
        model.sizes.push(size);
        Ok(self)
    }

    /// Adds items of one entity as samples.
    ///
    /// Without a model, nothing shows whether expired items are hidden, so the hint at an index without the expiry is given
    /// if an item has one.
    ///
    /// # Errors
    ///
    /// `Encode` if an item cannot be stored, such as one with an empty set.
    pub fn items<'a>(mut self, entity: &str, items: impl IntoIterator<Item = &'a Item>) -> Result<Self> {
        let ttl = self.definition.ttl.clone();
        let is_same = |known: &SampledModel| known.schema.is_none() && known.name == entity;
        let model = self.sampled(is_same, || SampledModel::new(entity, None));
        for item in items {
            model.sizes.push(ItemSize::of_item(item)?);
            model.expires |= ttl.as_ref().is_some_and(|ttl| item.contains_key(ttl));
        }
        Ok(self)
    }

    /// Adds a hint that the caller has found, after the others.
    pub fn hint(mut self, hint: CostHint) -> Self {
        self.added.push(hint);
        self
    }

    fn sampled(
        &mut self,
        is_same: impl Fn(&SampledModel) -> bool,
        new: impl FnOnce() -> SampledModel,
    ) -> &mut SampledModel {
        let at = self.models.iter().position(is_same).unwrap_or_else(|| {
            self.models.push(new());
            self.models.len() - 1
        });
        &mut self.models[at]
    }

    /// The units of each access pattern, model by model. An index that contains none of the samples has no row.
    pub fn rows(&self) -> Vec<CostRow> {
        self.models.iter().filter(|model| !model.sizes.is_empty()).flat_map(|model| self.rows_of(model)).collect()
    }

    fn rows_of(&self, model: &SampledModel) -> Vec<CostRow> {
        let mut rows = Vec::new();
        let mut add = |pattern, read, write, index_write| {
            rows.push(CostRow { model: model.name.clone(), pattern, read, write, index_write });
        };
        let write = model.mean(|size| units(size.write_units()));
        let read = model.mean(|size| units(size.read_units()));
        let (mut in_all, mut in_changed) = (0.0, 0.0);
        add(AccessPattern::Get, read / 2.0, 0.0, 0.0);
        add(AccessPattern::TransactGet, 2.0 * read, 0.0, 0.0);
        if !self.definition.range_key.is_empty() {
            add(AccessPattern::Query, self.page_units(&model.sizes), 0.0, 0.0);
        }
        for index in &self.definition.indexes {
            let shape = self.shape(index);
            let entries: Vec<_> = model.sizes.iter().filter_map(|size| shape.entry(size)).collect();
            if entries.is_empty() {
                continue;
            }
            add(AccessPattern::QueryIndex { index: index.name.clone() }, self.page_units(&entries), 0.0, 0.0);
            // On average over all samples, also those that the index does not contain.
            let entry_write = units(entries.iter().map(ItemSize::write_units).sum()) / units(model.sizes.len());
            in_all += entry_write;
            if !matches!(&shape.content, IndexContent::These(names) if names.is_empty()) {
                in_changed += entry_write;
            }
        }
        add(AccessPattern::Create, 0.0, write, in_all);
        add(AccessPattern::Update, 0.0, write, in_changed);
        add(AccessPattern::Delete, 0.0, write, in_all);
        // The entries of indexes are written outside of the transaction.
        add(AccessPattern::TransactWrite, 0.0, 2.0 * write, in_all);
        rows
    }

    /// The units of a page of items of these sizes.
    fn page_units(&self, sizes: &[ItemSize]) -> f64 {
        let bytes = mean(sizes, |size| units(size.bytes())) * units(self.page_items);
        (bytes / READ_UNIT).ceil().max(1.0) / 2.0
    }

    fn shape<'a>(&'a self, index: &'a IndexDefinition) -> IndexShape<'a> {
        let TableDefinition { hash_key, range_key, .. } = &self.definition;
        let own_hash_key = if index.is_local { hash_key } else { &index.hash_key };
        IndexShape::described([own_hash_key, &index.range_key], [hash_key, range_key], &index.projection)
    }
}

impl SampledModel {
    fn new(name: &str, schema: Option<&'static ModelSchema>) -> Self {
        let lifecycle = TtlSettings::default();
        SampledModel { name: name.to_owned(), schema, lifecycle, expires: false, sizes: Vec::new() }
    }

    fn mean(&self, of: impl Fn(&ItemSize) -> f64) -> f64 {
        mean(&self.sizes, of)
    }
}

fn mean(sizes: &[ItemSize], of: impl Fn(&ItemSize) -> f64) -> f64 {
    sizes.iter().map(of).sum::<f64>() / units(sizes.len().max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts of bytes and items are far below 2^52")]
fn units(count: usize) -> f64 {
    count as f64
}

impl fmt::Display for AccessPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessPattern::Get => f.write_str("get"),
            AccessPattern::TransactGet => f.write_str("get in a transaction"),
            AccessPattern::Query => f.write_str("query"),
            AccessPattern::QueryIndex { index } => write!(f, "query of {index}"),
            AccessPattern::Create => f.write_str("create"),
            AccessPattern::Update => f.write_str("update"),
            AccessPattern::Delete => f.write_str("delete"),
            AccessPattern::TransactWrite => f.write_str("create in a transaction"),
        }
    }
}
