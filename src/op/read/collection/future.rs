use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::collection::Collection;
use crate::{OperationFuture, PageFuture, Result};

/// A collection on its way: [`CollectionQuery`](crate::CollectionQuery), awaited.
#[must_use = "a future does nothing until it is awaited"]
pub struct CollectionFuture<C: Collection> {
    pub(super) rows: OperationFuture<'static, Vec<C::Row>>,
}

impl<C: Collection> Future for CollectionFuture<C> {
    type Output = Result<C::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let rows = ready!(Pin::new(&mut self.rows).poll(cx));
        Poll::Ready(rows.and_then(C::__gather))
    }
}

impl<C: Collection> fmt::Debug for CollectionFuture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CollectionFuture")
    }
}

/// One page of a collection on its way: what [`CollectionQuery::page`](crate::CollectionQuery::page) gives.
#[must_use = "a future does nothing until it is awaited"]
pub struct CollectionPageFuture<C: Collection> {
    pub(super) rows: PageFuture<C::Row>,
}

impl<C: Collection> Future for CollectionPageFuture<C> {
    type Output = Result<C::Page>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let page = ready!(Pin::new(&mut self.rows).poll(cx));
        Poll::Ready(page.and_then(C::__page))
    }
}

impl<C: Collection> fmt::Debug for CollectionPageFuture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CollectionPageFuture")
    }
}
