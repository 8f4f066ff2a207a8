//! `Hydrated`: reads keys from an index, then the whole items from the table with `BatchGetItem`.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::op::engine::context::{CallOptions, Context, opaque_debug};
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::consistency_options;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::{self, ReadRequest};
use crate::splice::Decoder;
use crate::{Key, Model, Operation, Page, RequestPlan, Result, SkipReason};

/// Reads whole items through an index that does not hold every attribute: made by `.hydrate()` of a
/// [`Query`](crate::Query) or a [`Scan`](crate::Scan). Awaiting it returns all of them.
///
/// It reads the keys from the index, which costs as much as a [query](crate::Query#cost), then the items from the table in
/// [batches](crate::BatchGet), which costs half a read unit for each 4 KB of each item, rounded up. The order of the index is kept.
///
/// It skips an item that was deleted between the two reads, and an expired item if the model
/// [hides](crate::ExpiredItems::Hide) such items. The observer is called for each ([`SkipReason::Deleted`],
/// [`SkipReason::Expired`]). If there is a limit, more keys are read to replace the skipped items. In a scan in
/// segments, however, the limit counts keys.
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
#[doc(alias = "BatchGetItem")]
pub struct Hydrated<M> {
    /// The read of the keys.
    reading: ReadRequest,
    consistent: Option<bool>,
    model: PhantomData<fn() -> M>,
}

opaque_debug!(Hydrated<M>);

impl<M: Model> Hydrated<M> {
    pub(crate) fn new(mut reading: ReadRequest) -> Self {
        reading.names = Some((&[]).into());
        reading.hydrates = true;
        // The query and the batches that follow are one call.
        reading.call.begun = Some(Arc::default());
        Hydrated { reading, consistent: None, model: PhantomData }
    }

    consistency_options!(consistent);

    /// Reads one page: as many items as the limit says or, without a limit, the items of one request for keys.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let page = Customer::index(Shop::BY_CITY).query("Rome").limit(1).hydrate().page().await?;
    /// assert_eq!(page.items[0].email, "ann@example.com");
    /// assert!(page.cursor.is_some());
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "LastEvaluatedKey")]
    pub fn page(self) -> OperationFuture<'static, Page<M>> {
        let table = HydrationTable::of(&self);
        OperationFuture::typed(async move {
            if self.reading.parallel.segments.is_some() {
                let page = engine::page_future(self.reading, keys()).await?;
                let items = table.items(page.items).await?;
                return Ok(Page::new(items, page.cursor, page.previous));
            }
            let mut page = engine::Refilled::open(self.reading)?;
            let mut items: Vec<M> = Vec::new();
            while let Some(done) = page.more(items.len(), keys::<M>().sink()).await? {
                let some = table.items(done.all::<Key<M>>()).await?;
                // A page that is read backward grows at its start.
                let at = if page.is_backward() { 0 } else { items.len() };
                items.splice(at..at, some);
            }
            Ok(page.into_page(items))
        })
    }
}

impl<M: Model> Hydrated<M> {
    /// Returns the requests that awaiting this operation would send: the one for keys first. Nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let plan = Customer::index(Shop::BY_CITY).query("Rome").hydrate().explain()?;
    /// assert_eq!((plan.operation(), plan.index()), ("Query", Some("by_city")));
    /// assert!(plan.follow_ups().iter().any(|request| request.operation() == "BatchGetItem"));
    /// # Ok(()) }) }
    /// ```
    pub fn explain(self) -> Result<RequestPlan> {
        engine::explain(self.reading)
    }
}

impl<M: Model> IntoFuture for Hydrated<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = OperationFuture<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        if self.reading.limit.is_some() && self.reading.parallel.segments.is_none() {
            return OperationFuture::typed(async move { Ok(self.page().await?.items) });
        }
        let table = HydrationTable::of(&self);
        let found = engine::all(self.reading, keys::<M>().sink());
        OperationFuture::typed(async move { table.items(Outcome::all::<Key<M>>(found.await?)).await })
    }
}

fn keys<M: Model>() -> Decoder<Key<M>> {
    Decoder::new(engine::read_key::<M>)
}

/// How the items are read from the table.
struct HydrationTable {
    call: CallOptions,
    consistent: Option<bool>,
}

impl HydrationTable {
    fn of<M>(hydrated: &Hydrated<M>) -> Self {
        let mut call = hydrated.reading.call.clone();
        // A scan does not count as access to its items, so it must not refresh them.
        if hydrated.reading.partition.is_none() {
            call.refresh_ttl = Some(false);
        }
        HydrationTable { call, consistent: hydrated.consistent }
    }

    /// Reads the items under the keys, without those that are deleted or hidden.
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
            let call = Context::new(Operation::Query, Some(M::SCHEMA.model), self.call.clone(), &M::config())?;
            call.observe_skipped(SkipReason::Deleted, deleted);
        }
        Ok(items.into_iter().flatten().collect())
    }
}
