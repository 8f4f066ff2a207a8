use std::future::IntoFuture;
use std::marker::PhantomData;

use super::call::{Call, CallOptions, opaque_debug};
use super::future::BoxFuture;
use super::read::{self, Reading};
use crate::splice::{Collected, Decoder};
use crate::{Key, Model, Operation, Page, Result, SkipReason};

/// The whole items behind the keys that an index holds: what `.hydrate()` of a [`Query`](crate::Query) or a
/// [`Scan`](crate::Scan) gives. Await it for all of them.
///
/// The keys are read from the index, then the items from the table, in batches: one read more for each item.
/// The order is kept. An item that was deleted between the two reads is left out, and the
/// observer hears of it ([`SkipReason::Deleted`]).
///
/// ```
/// # use singlet::{Client, Model, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
/// struct Shop;
///
/// #[derive(Debug, PartialEq, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// #[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "CUSTOMER"))]
/// struct Customer {
///     id: String,
///     email: String,
///     points: u64,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Shop::create_table().await?;
/// Customer { id: "c-1".into(), email: "ann@example.com".into(), points: 7 }.save().await?;
/// let found = Customer::index(Shop::GSI1).query("ann@example.com").hydrate().await?;
/// assert_eq!(found[0].points, 7);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Hydrated<M> {
    /// Of the keys.
    reading: Reading,
    consistent: Option<bool>,
    model: PhantomData<fn() -> M>,
}

opaque_debug!(Hydrated<M>);

impl<M: Model> Hydrated<M> {
    pub(crate) fn new(mut reading: Reading) -> Self {
        reading.names = Some(&[]);
        Hydrated { reading, consistent: None, model: PhantomData }
    }

    /// Reads the items from the table as they were written last, for twice the capacity units. What the index
    /// says is as old as it is.
    pub fn consistent(mut self) -> Self {
        self.consistent = Some(true);
        self
    }

    /// One page: of as many keys as the limit says, and without a limit what one request gives.
    pub fn page(self) -> BoxFuture<'static, Result<Page<M>>> {
        let (call, consistent) = (self.reading.call.clone(), self.consistent);
        let keys = read::PageFuture::new(self.reading, Decoder::new(read::read_key::<M>));
        Box::pin(async move {
            let page = keys.await?;
            let items = items(page.items, call, consistent).await?;
            Ok(Page::new(items, page.cursor, page.previous))
        })
    }
}

impl<M: Model> IntoFuture for Hydrated<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = BoxFuture<'static, Result<Vec<M>>>;

    fn into_future(self) -> Self::IntoFuture {
        let (call, consistent) = (self.reading.call.clone(), self.consistent);
        let keys = read::all(self.reading, Collected::of(Decoder::new(read::read_key::<M>)));
        Box::pin(async move { items(Collected::<Key<M>>::all_of(keys.await?), call, consistent).await })
    }
}

/// The items under the keys, without those that are gone.
async fn items<M: Model>(keys: Vec<Key<M>>, options: CallOptions, consistent: Option<bool>) -> Result<Vec<M>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut batch = M::batch_get(keys).call(options.clone());
    if let Some(consistent) = consistent {
        batch = batch.consistent_read(consistent);
    }
    let items = batch.await?;
    let gone = items.iter().filter(|item| item.is_none()).count();
    if gone > 0 {
        let call = Call::new(Operation::Query, Some(M::SCHEMA.model), options, M::config())?;
        call.observe_skipped(&vec![SkipReason::Deleted; gone]);
    }
    Ok(items.into_iter().flatten().collect())
}
