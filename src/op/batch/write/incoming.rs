//! Values or keys that a batch takes from an iterator or a stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::Result;

/// A stream whose first item can be read before it is taken. An iterator is a stream that is always ready.
pub(super) struct Incoming<'a, T> {
    first: Option<Result<T>>,
    stream: Pin<Box<dyn Stream<Item = Result<T>> + Send + 'a>>,
}

impl<'a, T: Send + 'a> Incoming<'a, T> {
    pub(super) fn new(stream: impl Stream<Item = Result<T>> + Send + 'a) -> Self {
        Incoming { first: None, stream: Box::pin(stream.fuse()) }
    }

    /// Waits for the first item. Returns whether there is none.
    pub(super) fn poll_is_empty(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.first.is_none() {
            self.first = ready!(self.stream.poll_next_unpin(cx));
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
            None => self.stream.poll_next_unpin(cx),
        }
    }

    /// The minimum number of items that are left.
    pub(super) fn remaining(&self) -> usize {
        // A stream without an end states the largest number.
        self.stream.size_hint().0.saturating_add(usize::from(self.first.is_some()))
    }

    /// Leaves out all items but one that was already read.
    pub(super) fn end(&mut self) {
        self.stream = Box::pin(stream::empty());
    }
}
