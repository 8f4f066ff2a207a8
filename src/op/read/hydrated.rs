use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::op::engine::context::{CallOptions, Context, opaque_debug};
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::consistency_options;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::{self, ReadRequest};
use crate::splice::{Decoder, VecSink};
use crate::{Key, Model, Operation, Page, Result, SkipReason};

/// The whole items behind the keys that an index holds: what `.hydrate()` of a [`Query`](crate::Query) or a
/// [`Scan`](crate::Scan) gives. Await it for all of them.
///
/// The keys are read from the index, then the items from the table, in batches: one read more for each item.
/// The order is kept. An item that was deleted between the two reads is left out, and the
/// observer hears of it ([`SkipReason::Deleted`]); so is one that has expired, where the model
/// [hides](crate::ExpiredItems::Hide) such items. Further keys are read for those, up to the limit; in a scan in segments
/// the limit counts keys.
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
    reading: ReadRequest,
    consistent: Option<bool>,
    model: PhantomData<fn() -> M>,
}

opaque_debug!(Hydrated<M>);

impl<M: Model> Hydrated<M> {
    pub(crate) fn new(mut reading: ReadRequest) -> Self {
        reading.names = Some(&[]);
        reading.hydrates = true;
        Hydrated { reading, consistent: None, model: PhantomData }
    }

    consistency_options!(consistent);

    /// One page: of as many items as the limit says, and without a limit what one request for keys gives.
    pub fn page(self) -> OperationFuture<'static, Page<M>> {
        let table = Table::of(&self);
        OperationFuture::typed(async move {
            if self.reading.parallel.segments.is_some() {
                let page = engine::page_future(self.reading, keys()).await?;
                let items = table.items(page.items).await?;
                return Ok(Page::new(items, page.cursor, page.previous));
            }
            let mut page = engine::Refilled::open(self.reading)?;
            let mut items: Vec<M> = Vec::new();
            while let Some(done) = page.more(items.len(), VecSink::of(keys::<M>())).await? {
                let some = table.items(done.all::<Key<M>>()).await?;
                // A page that is read backward grows at its beginning.
                let at = if page.is_backward() { 0 } else { items.len() };
                items.splice(at..at, some);
            }
            Ok(page.into_page(items))
        })
    }
}

impl<M: Model> IntoFuture for Hydrated<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = OperationFuture<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        if self.reading.limit.is_some() && self.reading.parallel.segments.is_none() {
            return OperationFuture::typed(async move { Ok(self.page().await?.items) });
        }
        let table = Table::of(&self);
        let found = engine::all(self.reading, VecSink::of(keys::<M>()));
        OperationFuture::typed(async move { table.items(Outcome::all::<Key<M>>(found.await?)).await })
    }
}

fn keys<M: Model>() -> Decoder<Key<M>> {
    Decoder::new(engine::read_key::<M>)
}

/// How the items are read from the table.
struct Table {
    call: CallOptions,
    consistent: Option<bool>,
}

impl Table {
    fn of<M>(hydrated: &Hydrated<M>) -> Self {
        let mut call = hydrated.reading.call.clone();
        // A scan is no access to its items.
        if hydrated.reading.partition.is_none() {
            call.refresh_ttl = Some(false);
        }
        Table { call, consistent: hydrated.consistent }
    }

    /// The items under the keys, without those that are gone.
    async fn items<M: Model>(&self, keys: Vec<Key<M>>) -> Result<Vec<M>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut batch = M::batch_get(keys).call(self.call.clone());
        if let Some(consistent) = self.consistent {
            batch = batch.consistent_read(consistent);
        }
        let (items, hidden) = batch.seen().await?;
        let deleted = items.iter().filter(|item| item.is_none()).count().saturating_sub(hidden);
        if deleted > 0 {
            let call = Context::new(Operation::Query, Some(M::SCHEMA.model), self.call.clone(), M::config())?;
            call.observe_skipped(SkipReason::Deleted, deleted);
        }
        Ok(items.into_iter().flatten().collect())
    }
}
