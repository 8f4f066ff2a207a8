use crate::Cursor;

/// One page of a query or scan: what `.page()` gives.
///
/// A page without `cursor` is the last one. With a filter, or where other models' items lie between, a page
/// may have a cursor although nothing comes behind it: the next page is empty then.
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
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the order of the query.
    pub items: Vec<T>,
    /// Where the next page starts; `None` behind the last item.
    pub cursor: Option<Cursor>,
    /// Where the page before ends; `None` on the first page, and for scans, which have no order.
    pub previous: Option<Cursor>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, cursor: Option<Cursor>, previous: Option<Cursor>) -> Self {
        Page { items, cursor, previous }
    }
}
