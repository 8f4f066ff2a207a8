//! The size of an item as DynamoDB counts it: [`ItemSize`]. The rule itself is in `wire::size`.

use std::fmt;

use crate::wire::{Fault, attribute_sizes};

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
}

impl ItemSize {
    pub(crate) fn of(item: &[u8]) -> Result<Self, Fault> {
        let mut attributes = attribute_sizes(item)?;
        attributes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(ItemSize { total: attributes.iter().map(|(_, size)| size).sum(), attributes })
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

    /// The write capacity units for writing the item: one for each 1 KB, rounded up. A transaction consumes twice as many.
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

    /// The read capacity units for a strongly consistent `get`: one for each 4 KB, rounded up. An eventually consistent
    /// `get` consumes half as many, a transaction twice as many.
    pub fn read_units(&self) -> usize {
        self.total.div_ceil(READ_UNIT).max(1)
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

    fn sized(length: usize) -> ItemSize {
        let item = format!(r#"{{"pk":{{"S":"POST#1"}},"body":{{"S":"{}"}}}}"#, "x".repeat(length));
        ItemSize::of(item.as_bytes()).unwrap()
    }

    #[test]
    fn units_are_rounded_up() {
        let overhead = sized(0).bytes();
        for (bytes, write, read) in [(overhead, 1, 1), (1_024, 1, 1), (1_025, 2, 1), (4_096, 4, 1), (4_097, 5, 2)] {
            let size = sized(bytes - overhead);
            assert_eq!((size.bytes(), size.write_units(), size.read_units()), (bytes, write, read));
        }
        assert_eq!(ItemSize::of(b"{}").unwrap().write_units(), 1);
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
