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
    /// The read and write units. A transaction that is repeated with its token is billed as reads, and the response of a
    /// transaction says which units are which.
    fn of(self, units: f64, read: Option<f64>, write: Option<f64>) -> (f64, f64) {
        let stated = (read.unwrap_or_default(), write.unwrap_or_default());
        match self {
            _ if stated.0 + stated.1 > 0.0 => stated,
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
            let (read, write) = kind.of(total, table.read_capacity_units(), table.write_capacity_units());
            let mut of_table = (read, write);
            for (index, capacity) in indexes.into_iter().flatten().flatten() {
                let units = capacity.capacity_units().unwrap_or_default();
                let units = kind.of(units, capacity.read_capacity_units(), capacity.write_capacity_units());
                of_table = (of_table.0 - units.0, of_table.1 - units.1);
                cost.add_place(name, Some(index), units);
            }
            cost.add_place(name, None, of_table);
            cost.read += read;
            cost.write += write;
        }
        cost
    }

    fn add_place(&mut self, table: &str, index: Option<&str>, (read, write): (f64, f64)) {
        // A read of an index alone consumes nothing of the table.
        if read <= 0.0 && write <= 0.0 {
            return;
        }
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

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::Capacity;

    use super::*;

    #[test]
    fn a_response_that_names_its_units_decides_what_they_are() {
        let index = Capacity::builder().capacity_units(2.0).read_capacity_units(2.0).build();
        let repeated = ConsumedCapacity::builder()
            .table_name("shop")
            .capacity_units(6.0)
            .read_capacity_units(6.0)
            .global_secondary_indexes("gsi1", index)
            .build();
        let cost = Cost::of_response(UnitKind::Write, [&repeated]).unwrap();
        assert_eq!((cost.read.to_string(), cost.write.to_string()), ("6".into(), "0".into()));
        let places: Vec<_> = cost.places.iter().map(|place| (place.index.as_deref(), place.read.to_string())).collect();
        assert_eq!(places, [(Some("gsi1"), "2".into()), (None, "4".into())]);
        let plain = ConsumedCapacity::builder().table_name("shop").capacity_units(3.0).build();
        let cost = Cost::of_response(UnitKind::Write, [&plain]).unwrap();
        assert_eq!((cost.read.to_string(), cost.write.to_string()), ("0".into(), "3".into()));
    }
}
