//! What requests consume, as the service reports it.

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// The capacity units that requests have consumed, by table and index.
///
/// Reads and writes are never added up, because a write unit costs about five times as much as a read unit. A server
/// that does not report the consumption of a request leaves it at 0.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let order = Order::update(("ann", 1)).set(|o| o.note, "paid").detailed().await?;
/// assert_eq!((order.cost.read, order.cost.write, order.cost.requests), (0.0, 1.0, 1));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[doc(alias("ConsumedCapacity", "RCU", "WCU"))]
pub struct Cost {
    /// Read units.
    pub read: f64,
    /// Write units.
    pub write: f64,
    /// The estimated write units of writes that were refused because of a condition. The service bills them by the size of
    /// the item and does not report them.
    pub refused: f64,
    /// How many requests were sent, without the SDK's retries.
    pub requests: u32,
    /// The read and write units by table and index, in the order in which they were used first.
    pub places: Vec<PlaceCost>,
}

/// The part of a [`Cost`] that one table or index consumed.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let read = Order::get(("ann", 1)).detailed().await?;
/// let place = &read.cost.places[0];
/// assert_eq!((place.index.as_deref(), place.read, place.write), (None, 0.5, 0.0));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct PlaceCost {
    /// The table.
    pub table: String,
    /// The index, or `None` for the table itself.
    pub index: Option<String>,
    /// Read units.
    pub read: f64,
    /// Write units.
    pub write: f64,
}

/// What the units of a request are, if the service does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Read,
    Write,
}

impl UnitKind {
    fn of(self, units: f64) -> (f64, f64) {
        match self {
            UnitKind::Read => (units, 0.0),
            UnitKind::Write => (0.0, units),
        }
    }
}

impl Cost {
    /// Adds the cost of other requests.
    ///
    /// ```
    /// let mut total = singlet::Cost::default();
    /// total.add(&singlet::Cost::default());
    /// assert_eq!(total, singlet::Cost::default());
    /// ```
    pub fn add(&mut self, other: &Cost) {
        self.read += other.read;
        self.write += other.write;
        self.refused += other.refused;
        self.requests += other.requests;
        for place in &other.places {
            self.add_place(&place.table, place.index.as_deref(), (place.read, place.write));
        }
    }

    /// The cost of one request, from its response.
    pub(crate) fn of_response<'c>(
        kind: UnitKind,
        consumed: impl IntoIterator<Item = &'c ConsumedCapacity>,
    ) -> Option<Self> {
        let mut cost: Option<Cost> = None;
        for table in consumed {
            let Some(total) = table.capacity_units() else { continue };
            let cost = cost.get_or_insert_default();
            let name = table.table_name().unwrap_or_default();
            let indexes = [table.global_secondary_indexes(), table.local_secondary_indexes()];
            let mut of_table = total;
            for (index, capacity) in indexes.into_iter().flatten().flatten() {
                let units = capacity.capacity_units().unwrap_or_default();
                of_table -= units;
                if units > 0.0 {
                    cost.add_place(name, Some(index), kind.of(units));
                }
            }
            // A read of an index alone consumes nothing of the table.
            if of_table > 0.0 {
                cost.add_place(name, None, kind.of(of_table));
            }
            let (read, write) = kind.of(total);
            cost.read += read;
            cost.write += write;
        }
        cost
    }

    fn add_place(&mut self, table: &str, index: Option<&str>, (read, write): (f64, f64)) {
        let known = self.places.iter_mut().find(|place| place.table == table && place.index.as_deref() == index);
        match known {
            Some(place) => {
                place.read += read;
                place.write += write;
            }
            None => {
                self.places.push(PlaceCost { table: table.to_owned(), index: index.map(str::to_owned), read, write });
            }
        }
    }
}
