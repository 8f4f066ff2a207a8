//! Updates that are made of optional parts, and that may turn out empty.

use std::fmt;

use super::Update;
use crate::op::engine::future::OperationFuture;
use crate::{Model, Result};

/// An [`Update`] that sends no request if it is empty. Returned by [`Update::skip_if_empty`]; await it.
#[must_use = "an operation does nothing until it is awaited"]
pub struct SkipIfEmpty<'a, M, T = M> {
    update: Update<'a, M, T>,
}

impl<M, T> fmt::Debug for SkipIfEmpty<'_, M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SkipIfEmpty").finish_non_exhaustive()
    }
}

impl<'a, M: Model, T> Update<'a, M, T> {
    /// Whether the update changes no attribute. Conditions, assumptions and other options are not changes. An upsert is
    /// never empty, because it may create the item.
    ///
    /// Awaiting an empty update is an error of kind `Validation`, unless it is made by
    /// [`update_from`](Model::update_from) or [skipped](Self::skip_if_empty). Use this method to add an update to a
    /// transaction only if it changes something.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let mut writes = singlet::transact_write().write(Order::update(("ann", 1)).add(|o| o.total, 5));
    /// let note: Option<&str> = None;
    /// let update = Order::update(("ann", 2)).set_if_some(|o| o.note, note);
    /// if !update.is_empty() {
    ///     writes = writes.write(update);
    /// }
    /// writes.await?;
    /// # Ok(()) }) }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Sends no request if the update [is empty](Self::is_empty), and returns `None` then.
    ///
    /// An update that is not empty returns what it returns otherwise, as `Some`. Nothing is known about the item of an
    /// update that is skipped: its conditions are not checked, and it may not exist. Only its key is checked.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// async fn patch(total: Option<u64>, note: Option<&str>) -> singlet::Result<Option<Order>> {
    ///     let update = Order::update(("ann", 1)).set_if_some(|o| o.total, total).set_if_some(|o| o.note, note);
    ///     update.skip_if_empty().await
    /// }
    /// assert_eq!(patch(Some(15), None).await?.unwrap().total, 15);
    /// assert_eq!(patch(None, None).await?, None);
    /// # Ok(()) }) }
    /// ```
    pub fn skip_if_empty(self) -> SkipIfEmpty<'a, M, T> {
        SkipIfEmpty { update: self }
    }
}

impl<'a, M: Model, T: 'a> IntoFuture for SkipIfEmpty<'a, M, T> {
    type Output = Result<Option<T>>;
    type IntoFuture = OperationFuture<'a, Option<T>>;

    fn into_future(self) -> Self::IntoFuture {
        let update = self.update;
        if !update.is_empty() {
            let update = update.into_future();
            return OperationFuture::typed(async move { update.await.map(Some) });
        }
        let wrong_key = update.target.err().map(|error| error.with_model(M::SCHEMA.model));
        OperationFuture::typed(async move { wrong_key.map_or(Ok(None), Err) })
    }
}
