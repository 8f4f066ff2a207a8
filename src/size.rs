//! The size of an item as DynamoDB counts it: [`ItemSize`]. The rule itself is in `wire::size`.

mod entry;
mod hint;
mod stored_twice;

use std::fmt;

use crate::schema::{ModelSchema, TableSchema};
use crate::wire::{Fault, attribute_sizes};
use crate::{Error, ErrorKind, Item, Result, item};

pub(crate) use entry::{IndexContent, IndexShape};
pub use hint::CostHint;

/// The maximum size of an item in bytes: 400 KB.
///
/// Source: [DynamoDB's limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
pub const MAX_ITEM_SIZE: usize = 409_600;

const WRITE_UNIT: usize = 1_024;
const READ_UNIT: usize = 4_096;

/// How many write units an item of this size consumes.
pub(crate) fn write_units(bytes: usize) -> usize {
    bytes.div_ceil(WRITE_UNIT).max(1)
}

/// The size of an item by DynamoDB's rule, in total and for each attribute.
///
/// [`Model::size`](crate::Model::size) returns it. It counts names in UTF-8 and values by the
/// [documented rule](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html), and
/// compressed attributes as they are stored. Where the documentation says "approximately", the result is approximate.
///
/// `Display` writes a table with the largest attribute first.
///
/// ```
/// use singlet::{CompressedAttribute, Model};
///
/// #[derive(Model)]
/// #[model(table = "documents")]
/// struct Document {
///     #[model(hash_key)]
///     pk: String,
///     body: CompressedAttribute,
/// }
///
/// let size = Document { pk: "DOC#1".into(), body: "x".repeat(10).into() }.size()?;
/// assert_eq!(size.bytes(), 21);
/// assert_eq!(size.attributes().next(), Some(("body", 14)));
/// assert_eq!(size.to_string(), "body       14 B\npk          7 B\ntotal      21 B (0.0 % of 400 KB)");
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemSize {
    total: usize,
    /// In descending order of size, then by name.
    attributes: Vec<(String, usize)>,
    /// The entries in the indexes that contain the item, in the order of the table's indexes.
    indexes: Vec<(&'static str, ItemSize)>,
    hints: Vec<CostHint>,
}

impl ItemSize {
    pub(crate) fn of(item: &[u8], table: &TableSchema) -> Result<Self, Fault> {
        let mut size = Self::of_attributes(item)?;
        let entry = |index| Some((index, IndexShape::of(table, index).entry(&size)?));
        let entries = table.indexes.iter().filter_map(entry).map(|(index, entry)| (index.name, entry));
        size.indexes = entries.collect();
        Ok(size)
    }

    /// The size of an item of a model, with hints.
    pub(crate) fn of_model(item: &[u8], schema: &ModelSchema) -> Result<Self, Fault> {
        let mut size = Self::of(item, schema.table)?;
        size.hints.extend(stored_twice::hint(schema, &size));
        Ok(size)
    }

    fn of_attributes(item: &[u8]) -> Result<Self, Fault> {
        let mut attributes = attribute_sizes(item)?;
        attributes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(ItemSize::new(attributes))
    }

    fn new(attributes: Vec<(String, usize)>) -> Self {
        let total = attributes.iter().map(|(_, size)| size).sum();
        ItemSize { total, attributes, indexes: Vec::new(), hints: Vec::new() }
    }

    /// Measures an item in the SDK's form. It has no [index entries](Self::indexes) and no [hints](Self::hints), because
    /// an item does not say which table it belongs to.
    ///
    /// # Errors
    ///
    /// `Encode` if the item cannot be stored, such as one with an empty set.
    ///
    /// ```
    /// use aws_sdk_dynamodb::types::AttributeValue;
    /// use singlet::ItemSize;
    ///
    /// let item = [("pk".to_owned(), AttributeValue::S("USER#1".into()))].into();
    /// assert_eq!(ItemSize::of_item(&item)?.bytes(), 8);
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn of_item(item: &Item) -> Result<Self> {
        let measured = item::to_bytes(item).and_then(|bytes| Self::of_attributes(&bytes));
        measured.map_err(|fault| Error::new(ErrorKind::Encode, "the item cannot be stored").with_source(fault))
    }

    /// The size of the item in bytes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let order = Order::builder().customer("ann").id(7).total(40).build();
    /// assert!(order.size()?.bytes() < 400);
    /// # Ok(()) }) }
    /// ```
    pub fn bytes(&self) -> usize {
        self.total
    }

    /// The attributes with their sizes in bytes, including the name, in descending order of size.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(100) }.size()?;
    /// let attributes: Vec<(&str, usize)> = size.attributes().collect();
    /// assert_eq!(attributes, [("body", 104), ("pk", 7)]);
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn attributes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.attributes.iter().map(|(name, size)| (name.as_str(), *size))
    }

    /// The item's entries in secondary indexes, each with the name of its index, in the order of the table's indexes.
    ///
    /// An index contains the item if the item has all key attributes of the index. The entry consists of the keys of the
    /// table and of the index, and of the attributes that the index projects.
    ///
    /// ```
    /// use singlet::{Model, Table};
    ///
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk")]
    /// #[table(index(name = "by_email", hash_key = "email", projection = "keys_only"))]
    /// #[table(index(name = "by_nick", hash_key = "nick"))]
    /// struct Shop;
    ///
    /// #[derive(Model)]
    /// #[model(table = Shop, hash_key = "USER#{id}")]
    /// #[model(index(by_email, hash_key = email), index(by_nick, hash_key = nick))]
    /// struct User { id: u32, email: String, nick: Option<String>, about: String }
    ///
    /// let user = User { id: 7, email: "ann@example.com".into(), nick: None, about: "x".repeat(1_900) };
    /// let size = user.size()?;
    /// let indexes: Vec<(&str, usize)> = size.indexes().map(|(name, entry)| (name, entry.bytes())).collect();
    /// assert_eq!(indexes, [("by_email", 37)]);
    /// assert_eq!((size.write_units(), size.write_units_with_indexes()), (2, 3));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn indexes(&self) -> impl Iterator<Item = (&str, &ItemSize)> {
        self.indexes.iter().map(|(name, entry)| (*name, entry))
    }

    /// The write capacity units for writing the item itself: one for each 1 KB, rounded up.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(5_000) }.size()?;
    /// assert_eq!((size.write_units(), size.read_units()), (5, 2));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn write_units(&self) -> usize {
        // Even an empty item costs one unit.
        write_units(self.total)
    }

    /// The write capacity units for creating or deleting the item: those of the item itself and of each of its
    /// [index entries](Self::indexes).
    ///
    /// A write that replaces an item consumes those of the larger size of both. It consumes nothing for an index entry
    /// that stays the same, and the units of both entries if the keys of the index change.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let mut order = Order::builder().customer("ann").id(7).total(40).build();
    /// let response = order.create().detailed().await?;
    /// assert_eq!(order.size()?.write_units_with_indexes(), 1); // the table has no indexes
    /// assert_eq!(response.cost.write, 1.0);
    /// # Ok(()) }) }
    /// ```
    pub fn write_units_with_indexes(&self) -> usize {
        self.write_units() + self.indexes().map(|(_, entry)| entry.write_units()).sum::<usize>()
    }

    /// The write capacity units for writing the item itself in a [transaction](crate::transact_write): twice those of a
    /// single write.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(5_000) }.size()?;
    /// assert_eq!((size.transact_write_units(), size.transact_read_units()), (10, 4));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    #[doc(alias = "TransactWriteItems")]
    pub fn transact_write_units(&self) -> usize {
        2 * self.write_units()
    }

    /// How many bytes the item can grow before writing it consumes another unit: 0 at exactly 1 KB.
    ///
    /// For an index, call it on the [entry](Self::indexes).
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(1_000) }.size()?;
    /// assert_eq!((size.bytes(), size.write_units()), (1_011, 1));
    /// assert_eq!(size.bytes_before_next_write_unit(), 13);
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn bytes_before_next_write_unit(&self) -> usize {
        self.write_units() * WRITE_UNIT - self.total
    }

    /// The read capacity units for a strongly consistent `get`: one for each 4 KB, rounded up. An eventually consistent
    /// `get` consumes half as many.
    pub fn read_units(&self) -> usize {
        self.total.div_ceil(READ_UNIT).max(1)
    }

    /// The read capacity units for reading the item in a [transaction](crate::transact_get): twice those of a strongly
    /// consistent `get`. See [`transact_write_units`](Self::transact_write_units) for an example.
    #[doc(alias = "TransactGetItems")]
    pub fn transact_read_units(&self) -> usize {
        2 * self.read_units()
    }

    /// How many bytes the item can grow before a `get` consumes more: 0 at exactly 4 KB.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(1_000) }.size()?;
    /// assert_eq!((size.bytes(), size.bytes_before_next_read_unit()), (1_011, 3_085));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn bytes_before_next_read_unit(&self) -> usize {
        self.read_units() * READ_UNIT - self.total
    }

    /// The size in percent of the maximum, 400 KB. An item above 100 cannot be stored.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "documents")]
    /// # struct Document { #[model(hash_key)] pk: String, body: String }
    /// let size = Document { pk: "DOC#1".into(), body: "x".repeat(409_600) }.size()?;
    /// assert!(size.percent() > 100.0 && size.is_over_limit());
    /// # Ok::<(), singlet::Error>(())
    /// ```
    #[allow(clippy::cast_precision_loss, reason = "an item has less than 2^52 bytes")]
    pub fn percent(&self) -> f64 {
        self.total as f64 * 100.0 / MAX_ITEM_SIZE as f64
    }

    /// What the item pays without need: attributes whose values its key holds too. The
    /// [costs of a table](crate::tables::TableCosts) have further hints.
    ///
    /// Empty for an index entry. See [`CostHint`] for an example.
    pub fn hints(&self) -> &[CostHint] {
        &self.hints
    }

    /// Whether the item is larger than the maximum, [`MAX_ITEM_SIZE`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let order = Order::builder().customer("ann").id(7).total(40).build();
    /// assert!(!order.size()?.is_over_limit());
    /// # Ok(()) }) }
    /// ```
    pub fn is_over_limit(&self) -> bool {
        self.total > MAX_ITEM_SIZE
    }
}

impl fmt::Display for ItemSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.attributes().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max("total".len());
        for (name, size) in self.attributes() {
            writeln!(f, "{name:width$} {size:>7} B")?;
        }
        write!(f, "{:width$} {:>7} B ({:.1} % of 400 KB)", "total", self.total, self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyType;
    use crate::schema::{IndexProjection, IndexSchema, KeySchema, Name};

    const fn key(name: &'static str) -> KeySchema {
        KeySchema::new(Name::new(name, name), KeyType::S)
    }

    static TABLE: TableSchema = TableSchema::new("posts", key("pk"));

    fn sized(length: usize) -> ItemSize {
        let item = format!(r#"{{"pk":{{"S":"POST#1"}},"body":{{"S":"{}"}}}}"#, "x".repeat(length));
        ItemSize::of(item.as_bytes(), &TABLE).unwrap()
    }

    #[test]
    fn units_are_rounded_up() {
        let overhead = sized(0).bytes();
        for (bytes, write, read) in [(overhead, 1, 1), (1_024, 1, 1), (1_025, 2, 1), (4_096, 4, 1), (4_097, 5, 2)] {
            let size = sized(bytes - overhead);
            assert_eq!((size.bytes(), size.write_units(), size.read_units()), (bytes, write, read));
        }
        let empty = ItemSize::of(b"{}", &TABLE).unwrap();
        assert_eq!((empty.write_units(), empty.read_units()), (1, 1));
        assert_eq!((empty.bytes_before_next_write_unit(), empty.bytes_before_next_read_unit()), (1_024, 4_096));
    }

    #[test]
    fn no_byte_remains_at_a_full_unit() {
        let overhead = sized(0).bytes();
        for (bytes, write, read) in [
            (1_023, 1, 3_073),
            (1_024, 0, 3_072),
            (1_025, 1_023, 3_071),
            (4_095, 1, 1),
            (4_096, 0, 0),
            (4_097, 1_023, 4_095),
        ] {
            let size = sized(bytes - overhead);
            assert_eq!((size.bytes_before_next_write_unit(), size.bytes_before_next_read_unit()), (write, read));
            let grown = |by: usize| sized(bytes - overhead + by);
            assert_eq!(grown(write).write_units(), size.write_units());
            assert_eq!(grown(write + 1).write_units(), size.write_units() + 1);
            assert_eq!(grown(read).read_units(), size.read_units());
            assert_eq!(grown(read + 1).read_units(), size.read_units() + 1);
        }
    }

    #[test]
    fn an_index_contains_what_it_projects_if_the_item_has_its_keys() {
        static INDEXES: [IndexSchema; 4] = [
            IndexSchema::new("all", false, key("a"), Some(key("b")), IndexProjection::All),
            IndexSchema::new("keys", false, key("a"), None, IndexProjection::KeysOnly),
            IndexSchema::new("include", true, key("pk"), Some(key("b")), IndexProjection::Include(&["body", "other"])),
            IndexSchema::new("absent", false, key("a"), Some(key("c")), IndexProjection::All),
        ];
        static TABLE: TableSchema = TableSchema::new("posts", key("pk")).range_key(key("sk")).indexes(&INDEXES);
        let body = "x".repeat(2_000);
        let item =
            format!(r#"{{"pk":{{"S":"p"}},"sk":{{"S":"s"}},"a":{{"S":"1"}},"b":{{"S":"2"}},"body":{{"S":"{body}"}}}}"#);
        let size = ItemSize::of(item.as_bytes(), &TABLE).unwrap();
        let entries: Vec<_> = size.indexes().map(|(name, entry)| (name, entry.bytes())).collect();
        assert_eq!(entries, [("all", 2_014), ("keys", 8), ("include", 2_012)]);
        assert_eq!((size.bytes(), size.write_units(), size.write_units_with_indexes()), (2_014, 2, 7));
        assert!(size.indexes().all(|(_, entry)| entry.indexes().count() == 0));
    }

    #[test]
    fn exactly_400_kb_is_not_over() {
        let overhead = sized(0).bytes();
        assert_eq!(overhead, 12);
        let full = sized(MAX_ITEM_SIZE - overhead);
        assert!(!full.is_over_limit() && (full.percent() - 100.0).abs() < 1e-9);
        assert!(sized(MAX_ITEM_SIZE - overhead + 1).is_over_limit());
    }

    #[test]
    fn the_table_lists_the_largest_first() {
        let table = "body     1004 B\npk          8 B\ntotal    1012 B (0.2 % of 400 KB)";
        assert_eq!(sized(1_000).to_string(), table);
    }
}
