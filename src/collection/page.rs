//! One page of a collection that is a struct.

use super::Collection;
use crate::{Cursor, Page, Result};

/// One page of a collection that is a struct: its fields hold the items of that page.
///
/// ```
/// use singlet::{Collection, Model, Table};
/// # use singlet::Client;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// struct Shop;
///
/// #[derive(Debug, Clone, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// struct Order {
///     customer: String,
///     id: u32,
/// }
///
/// #[derive(Debug, Collection)]
/// struct Orders {
///     orders: Vec<Order>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// Shop::create_table().await?;
/// for id in 0..3 {
///     Order { customer: "c-1".into(), id }.save().await?;
/// }
/// let first = Orders::query("c-1").limit(2).page().await?;
/// assert_eq!(first.collection.orders.len(), 2);
/// let second = Orders::query("c-1").limit(2).cursor(&first.cursor.unwrap()).page().await?;
/// assert_eq!(second.collection.orders[0].id, 2);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CollectionPage<C> {
    /// The items of the page.
    pub collection: C,
    /// The start of the next page; `None` on the last page.
    #[doc(alias = "LastEvaluatedKey")]
    pub cursor: Option<Cursor>,
    /// The start of the previous page; `None` on the first page.
    pub previous: Option<Cursor>,
}

/// Gathers a page of rows into the struct.
#[doc(hidden)]
pub fn gathered<C: Collection<Output = C>>(page: Page<C::Row>) -> Result<CollectionPage<C>> {
    Ok(CollectionPage { collection: C::__gather(page.items)?, cursor: page.cursor, previous: page.previous })
}
