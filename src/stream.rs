//! The stream of a table's changes.

mod view;

pub use view::StreamView;
