//! A condition on an item that a transaction does not write (`ConditionCheck`).

use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::not_a_future::not_a_future;
use crate::op::engine::options::condition_options;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::vtable::ModelVTable;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{Prepared, Write, WriteAction};
use crate::op::write::guard::{self, Replaceable};
use crate::{Error, ErrorKind, Model, Operation, Result};

/// A condition on an item that a transaction does not write. Returned by [`Model::check`].
///
/// It requires the item to exist, unless [`not_exists`](Self::not_exists) requires the opposite.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Model)]
/// # #[model(table = "shop", hash_key = "USER#{id}", range_key = "PROFILE")]
/// # struct User { id: u32, points: u64 }
/// # #[derive(Debug, Model)]
/// # #[model(table = "shop", hash_key = "USER#{user}", range_key = "ORDER#{id}")]
/// # struct Order { user: u32, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # User::create_table().await?;
/// let mut order = Order { user: 1, id: 1 };
/// let refused = singlet::transact_write()
///     .write(order.create())
///     .check(User::check(1).when(|u| u.points.ge(10)))
///     .await;
/// assert!(refused.unwrap_err().is_not_found());
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "a condition does nothing until it is part of a transaction"]
#[doc(alias = "ConditionCheck")]
pub struct Check<M> {
    key: Result<RawKey>,
    is_absent: bool,
    condition: Option<Tree>,
    call: CallOptions,
    of: std::marker::PhantomData<fn(M)>,
}

not_a_future!([M] Check<M>: PartOfATransaction);

impl<M> std::fmt::Debug for Check<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Check").finish_non_exhaustive()
    }
}

impl<M: Model> Check<M> {
    pub(crate) fn new(key: Result<RawKey>) -> Self {
        let of = std::marker::PhantomData;
        Check { key, is_absent: false, condition: None, call: CallOptions::default(), of }
    }

    /// Requires the item to exist. This is the default; call it to make the condition explicit.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let removal = Order::delete_by_key(("ann", 2));
    /// singlet::transact_write().check(Order::check(("ann", 1)).exists()).write(removal).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn exists(self) -> Self {
        self
    }

    /// Requires that there is no item under the key. An expired item counts as absent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let mut order = Order::builder().customer("bob").id(1).total(60).build();
    /// singlet::transact_write().check(Order::check(("bob", 2)).not_exists()).write(order.create()).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn not_exists(mut self) -> Self {
        self.is_absent = true;
        self
    }

    condition_options!("Lets the transaction happen");

    fn guarded(mut self, condition: Tree) -> Self {
        self.condition = Some(condition.and_maybe(self.condition.take()));
        self
    }

    /// Uses another table with the same keys, for example that of a tenant.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::create_table().table("shop-acme").await?;
    /// let removal = Order::delete_by_key(("ann", 2));
    /// let check = Order::check(("ann", 1)).not_exists().table("shop-acme");
    /// singlet::transact_write().check(check).write(removal).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.call.table = Some(table.into());
        self
    }

    pub(crate) fn into_write<'a>(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        let (is_absent, condition) = (self.is_absent, self.condition);
        let write = self.key.map(|key| {
            let write = CheckWrite { model: ModelVTable::of::<M>(), key, is_absent, condition };
            Box::new(write) as Box<dyn Write + 'a>
        });
        (write, self.call)
    }
}

/// A condition check, without its model's type.
struct CheckWrite {
    model: &'static ModelVTable,
    key: RawKey,
    is_absent: bool,
    condition: Option<Tree>,
}

impl Write for CheckWrite {
    fn operation(&self) -> Operation {
        Operation::Check
    }

    fn model(&self) -> &'static ModelVTable {
        self.model
    }

    fn prepare(&mut self, call: &Context) -> Result<Prepared> {
        let own = if self.is_absent {
            guard::absent(self.model.schema, call.expiry_check(self.model.schema), Replaceable::Own)
        } else {
            guard::present(self.model.schema).and_maybe(call.hiding(self.model.schema).map(guard::live))
        };
        let condition = own.and_maybe(self.condition.clone());
        let expressions = WriteExpressions::of(Some(&condition))?;
        Ok(Prepared::new(self.model.schema, self.key.clone(), WriteAction::Check, expressions))
    }

    fn send<'s>(&'s mut self, call: &'s Context, _: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        let error = call.error(ErrorKind::Validation, "a condition is sent in a transaction only");
        Box::pin(std::future::ready(Err(error)))
    }

    fn refused(&self, error: Error) -> Error {
        // The stored item shows the reason: it does not satisfy the condition, or it belongs to another model.
        if self.is_absent || error.old_item().is_some() {
            return error;
        }
        error.with_kind(ErrorKind::NotFound).with_message("there is no such item")
    }
}
