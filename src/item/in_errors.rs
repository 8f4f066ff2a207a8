//! The items that errors carry: [`Error::old_item`] and [`Error::item_key`].

use crate::{Error, Item};

/// The item that made a condition fail, as the payload of an error.
struct OldItem(Item);

impl Error {
    /// The stored item that made a condition fail, if the service returned it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let mut order = Order::builder().customer("ann").id(7).total(40).build();
    /// order.create().await?;
    /// let error = order.create().await.unwrap_err();
    /// assert_eq!(error.old_item().unwrap()["total"].as_n().unwrap(), "40");
    /// # Ok(()) }) }
    /// ```
    pub fn old_item(&self) -> Option<&Item> {
        self.payload::<OldItem>().map(|OldItem(item)| item)
    }

    pub(crate) fn into_old_item(self) -> Option<Item> {
        self.into_payload::<OldItem>().map(|OldItem(item)| item)
    }

    pub(crate) fn with_old_item(self, item: Option<Item>) -> Self {
        match item {
            Some(item) => self.with_payload(OldItem(item)),
            None => self.without_old_item(),
        }
    }

    pub(crate) fn without_old_item(self) -> Self {
        self.without_payload::<OldItem>()
    }
}

/// The primary key of an item that cannot be decoded, as the payload of an error.
struct ItemKey(Item);

impl Error {
    /// The key attributes of the item that cannot be decoded, if the operation reads several items: a query, a scan, a
    /// statement, a batch, a read transaction or a stream record.
    ///
    /// Use it to find and repair the item. Neither `Display` nor `Debug` shows it. A projection or a statement returns only
    /// the key attributes that it reads. To read the other items, use [`skip_undecodable`](crate::Query::skip_undecodable).
    ///
    /// ```
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
    /// # struct Order { customer: String, id: u32, cents: u64 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Order::create_table().await?;
    /// // Another program wrote a text instead of a number into order 1.
    /// # let line = r#"{"Item":{"pk":{"S":"CUSTOMER#c-1"},"sk":{"S":"ORDER#0001"},
    /// #   "customer":{"S":"c-1"},"id":{"N":"1"},"cents":{"S":"free"}}}"#.replace('\n', "");
    /// # singlet::import("shop", line.as_bytes()).await?;
    /// let error = Order::query("c-1").await.unwrap_err();
    /// assert_eq!(error.attribute(), Some("cents"));
    /// assert_eq!(error.item_key().unwrap()["sk"], AttributeValue::S("ORDER#0001".into()));
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn item_key(&self) -> Option<&Item> {
        self.payload::<ItemKey>().map(|ItemKey(key)| key)
    }

    pub(crate) fn with_item_key(self, key: Option<Item>) -> Self {
        match key.filter(|key| !key.is_empty()) {
            Some(key) => self.with_payload(ItemKey(key)),
            None => self,
        }
    }
}
