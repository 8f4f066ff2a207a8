//! What a model or a table pays without need: [`CostHint`].

use std::fmt;

/// Something that costs storage or capacity units and can perhaps be avoided. It is not an error.
///
/// [`ItemSize::hints`](crate::ItemSize::hints), [`Verification::hints`](crate::tables::Verification::hints) and
/// [`TableCosts::hints`](crate::tables::TableCosts::hints) return them. `Display` says what costs and what to do, and never
/// contains values.
///
/// ```
/// use singlet::{CostHint, Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk")]
/// struct Shop;
///
/// #[derive(Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:06}")]
/// struct Order {
///     customer: String,
///     number: u32,
/// }
///
/// let size = Order { customer: "c-1".into(), number: 7 }.size()?;
/// assert!(matches!(size.hints(), [CostHint::StoredTwice { bytes: 19, .. }]));
/// assert_eq!(
///     size.hints()[0].to_string(),
///     "`Order` stores `customer` and `number` in its key and again as attributes, in 19 bytes of each item; make them \
///      `key_only` unless an update, a filter or a projection names them"
/// );
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CostHint {
    /// The primary key holds values that the items also have as attributes of their own.
    StoredTwice {
        /// The model, or the entity of sampled items.
        model: String,
        /// The attributes.
        attributes: Vec<String>,
        /// The size of these attributes in an item, with their names, on average.
        bytes: usize,
    },
    /// An index lacks the expiry of items that are hidden when they are expired.
    ExpiryNotInIndex {
        /// The model, or the entity of sampled items.
        model: String,
        /// The index.
        index: String,
        /// The TTL attribute.
        attribute: String,
    },
    /// An index projects all attributes, and its entries would cost less with the keys only.
    AllProjected {
        /// The model, or the entity of sampled items.
        model: String,
        /// The index.
        index: String,
        /// The write units of an entry, on average and rounded up.
        units: usize,
        /// The write units of an entry of the keys alone, on average and rounded up.
        keys_only: usize,
    },
    /// Each read refreshes the TTL, which writes the whole item.
    RefreshOnEachRead {
        /// The model.
        model: String,
        /// The write units of a refresh, on average and rounded up.
        units: usize,
    },
}

impl fmt::Display for CostHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CostHint::StoredTwice { model, attributes, bytes } => {
                let names = NameList(attributes);
                let (its, them) = if attributes.len() == 1 { ("an attribute", "it") } else { ("attributes", "them") };
                write!(
                    f,
                    "`{model}` stores {names} in its key and again as {its}, in {bytes} bytes of each item; make {them} \
                     `key_only` unless an update, a filter or a projection names {them}"
                )
            }
            CostHint::ExpiryNotInIndex { model, index, attribute } => write!(
                f,
                "the index `{index}` does not contain `{attribute}`; if expired items of `{model}` are hidden, a query of the \
                 index also reads each item from the table, and so does a count; include `{attribute}` in the index"
            ),
            CostHint::AllProjected { model, index, units, keys_only } => write!(
                f,
                "the index `{index}` contains all attributes of `{model}`, and writing an entry costs {units} units instead \
                 of {keys_only}; project the keys, or the attributes that its queries return"
            ),
            CostHint::RefreshOnEachRead { model, units } => write!(
                f,
                "each read of `{model}` refreshes its TTL, which writes {units} units; set `refresh_after` above 0"
            ),
        }
    }
}

/// Names, the last one after `and`.
struct NameList<'a>(&'a [String]);

impl fmt::Display for NameList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let separator = match at {
                0 => "",
                _ if at + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            // Sampled items may have any names.
            write!(f, "{separator}`{}`", name.escape_debug())?;
        }
        Ok(())
    }
}
