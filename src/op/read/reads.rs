//! `Reads`: several reads by key as one value. Used by `batch_get` and `transact_get`.

mod tuples;

use crate::{Get, Model, Response, Result};

use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::meter;
pub(crate) use crate::op::read::key_requests::{BatchResponse, KeyRequest, KeyRequests, Responses};

/// Reads by key that are sent together: a [`Get`], a `Vec` or an array of reads, or a tuple of up to eight, nested to
/// any depth.
///
/// The result has the same shape, with an `Option` of the model for each `Get`, or of the projection that it
/// [selects](Get::select).
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// # struct Customer { id: String }
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// let orders = vec![Order::get(("c-1", 1)), Order::get(("c-1", 2))];
/// let (customer, orders) = singlet::batch_get((Customer::get("c-1"), orders)).await?;
/// assert_eq!((customer, orders), (None, vec![None, None]));
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of reads by key",
    label = "expected `get`s",
    note = "give `Model::get(..)`, or a `Vec`, an array or a tuple of up to eight of them"
)]
pub trait Reads: Sized {
    /// The result of the reads.
    type Output;

    /// What is needed to assemble the result: the length of each `Vec`.
    #[doc(hidden)]
    type Shape: Send + 'static;

    #[doc(hidden)]
    fn request(self, requests: &mut KeyRequests) -> Self::Shape;

    /// Takes the responses in the order of the requests.
    #[doc(hidden)]
    fn take(shape: Self::Shape, found: &mut Responses) -> Self::Output;
}

impl<M: Model, T: Send + 'static> Reads for Get<M, T> {
    type Output = Option<T>;
    type Shape = ();

    fn request(self, requests: &mut KeyRequests) {
        requests.0.push(self.into_ask());
    }

    fn take((): (), found: &mut Responses) -> Option<T> {
        found.next_of()
    }
}

impl<R: Reads> Reads for Vec<R> {
    type Output = Vec<R::Output>;
    type Shape = Vec<R::Shape>;

    fn request(self, requests: &mut KeyRequests) -> Self::Shape {
        self.into_iter().map(|read| read.request(requests)).collect()
    }

    fn take(shape: Self::Shape, found: &mut Responses) -> Self::Output {
        shape.into_iter().map(|shape| R::take(shape, found)).collect()
    }
}

impl<R: Reads, const N: usize> Reads for [R; N] {
    type Output = [R::Output; N];
    type Shape = [R::Shape; N];

    fn request(self, requests: &mut KeyRequests) -> Self::Shape {
        self.map(|read| read.request(requests))
    }

    fn take(shape: Self::Shape, found: &mut Responses) -> Self::Output {
        shape.map(|shape| R::take(shape, found))
    }
}

/// The future of several reads. Their executor is compiled once for all shapes.
pub(crate) fn together<'a, R: Reads>(
    executor: BoxFuture<'a, Result<BatchResponse>>,
    shape: R::Shape,
) -> OperationFuture<'a, R::Output>
where
    R::Shape: 'a,
{
    OperationFuture::typed(async move { Ok(R::take(shape, &mut executor.await?.found)) })
}

/// As [`together`], with the metadata of the requests.
pub(crate) fn together_detailed<'a, R: Reads>(
    executor: BoxFuture<'a, Result<BatchResponse>>,
    shape: R::Shape,
) -> OperationFuture<'a, Response<R::Output>>
where
    R::Shape: 'a,
{
    OperationFuture::typed(async move {
        let (answered, cost) = meter::measure_cost(executor).await;
        let mut answered = answered?;
        Ok(Response::new(R::take(shape, &mut answered.found), answered.sent, cost))
    })
}
