//! One page of a read, with the cursors to its neighbours: [`Page`].

use crate::Cursor;

/// One page of a query or scan, as `.page()` returns it.
///
/// A page without a `cursor` is the last one. If the operation has a filter, or if items of other models are in its range,
/// a page can have a cursor although no item follows it. The next page is then empty.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// # for id in 1..=4 { Order { customer: "c-1".into(), id }.save().await?; }
/// let query = || Order::query("c-1").limit(2);
/// let first = query().page().await?;
/// let second = query().cursor(&first.cursor.unwrap()).page().await?;
/// assert!(second.cursor.is_none());
/// let again = query().cursor(&second.previous.unwrap()).page().await?;
/// assert_eq!(again.items, first.items);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[doc(alias = "LastEvaluatedKey")]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the order of the query.
    pub items: Vec<T>,
    /// The start of the next page; `None` after the last item.
    pub cursor: Option<Cursor>,
    /// The end of the previous page; `None` on the first page, and for scans, which have no order.
    pub previous: Option<Cursor>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, cursor: Option<Cursor>, previous: Option<Cursor>) -> Self {
        Page { items, cursor, previous }
    }
}
