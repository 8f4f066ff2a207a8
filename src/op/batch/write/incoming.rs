//! Values or keys that a batch takes from an iterator or a stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::Stream;

use crate::Result;

/// Items of an iterator or a stream. The first one can be inspected before it is encoded.
pub(super) struct Incoming<'a, T> {
    first: Option<Result<T>>,
    /// `None` after the last item.
    source: Option<Box<dyn ItemSource<T> + 'a>>,
}

/// An iterator or a stream.
///
/// The implementations use no adapters: rustc compiles the instances of an adapter for all models in one unit, and compiles them all
/// again after a change in one model.
trait ItemSource<T>: Send {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>>;

    /// The minimum number of items that are left.
    fn remaining(&self) -> usize;
}

/// A value, and the iterator over those that follow it.
struct FromValues<T, I> {
    first: Option<T>,
    others: I,
}

impl<T: Send, I: Iterator<Item = T> + Send> ItemSource<T> for FromValues<T, I> {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let next = if self.first.is_some() { self.first.take() } else { self.others.next() };
        Poll::Ready(next.map(Ok))
    }

    fn remaining(&self) -> usize {
        self.others.size_hint().0.saturating_add(usize::from(self.first.is_some()))
    }
}

/// A result, and the iterator over those that follow it.
struct FromResults<T, I> {
    first: Option<Result<T>>,
    others: I,
}

impl<T: Send, I: Iterator<Item = Result<T>> + Send> ItemSource<T> for FromResults<T, I> {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        Poll::Ready(if self.first.is_some() { self.first.take() } else { self.others.next() })
    }

    fn remaining(&self) -> usize {
        self.others.size_hint().0.saturating_add(usize::from(self.first.is_some()))
    }
}

struct FromStream<S>(Pin<Box<S>>);

impl<T, S: Stream<Item = Result<T>> + Send> ItemSource<T> for FromStream<S> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.0.as_mut().poll_next(cx)
    }

    fn remaining(&self) -> usize {
        self.0.size_hint().0
    }
}

impl<'a, T: Send + 'a> Incoming<'a, T> {
    /// A value, and the iterator's values that follow it.
    pub(super) fn values(first: T, others: impl Iterator<Item = T> + Send + 'a) -> Self {
        Incoming { first: None, source: Some(Box::new(FromValues { first: Some(first), others })) }
    }

    /// A result, and the iterator's results that follow it.
    pub(super) fn results(first: Result<T>, others: impl Iterator<Item = Result<T>> + Send + 'a) -> Self {
        Incoming { first: None, source: Some(Box::new(FromResults { first: Some(first), others })) }
    }

    /// The items of a stream.
    pub(super) fn stream(stream: impl Stream<Item = Result<T>> + Send + 'a) -> Self {
        Incoming { first: None, source: Some(Box::new(FromStream(Box::pin(stream)))) }
    }

    /// Waits for the first item. Returns whether there is none.
    pub(super) fn poll_is_empty(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.first.is_none() {
            self.first = ready!(self.poll_source(cx));
        }
        Poll::Ready(self.first.is_none())
    }

    /// Returns the first item after [`poll_is_empty`](Self::poll_is_empty), unless it is an error.
    pub(super) fn first(&self) -> Option<&T> {
        self.first.as_ref()?.as_ref().ok()
    }

    /// Returns the next item; `None` after the last.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => self.poll_source(cx),
        }
    }

    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let Some(source) = &mut self.source else { return Poll::Ready(None) };
        let next = ready!(source.poll_next(cx));
        if next.is_none() {
            self.source = None;
        }
        Poll::Ready(next)
    }

    /// The minimum number of items that are left.
    pub(super) fn remaining(&self) -> usize {
        // A stream without an end states the largest number.
        let remaining = self.source.as_ref().map_or(0, |source| source.remaining());
        remaining.saturating_add(usize::from(self.first.is_some()))
    }

    /// Leaves out all items but one that was already read.
    pub(super) fn end(&mut self) {
        self.source = None;
    }
}
