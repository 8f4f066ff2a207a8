//! A stand-in.

/// A stand-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor(());

/// A stand-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub cursor: Option<Cursor>,
    /// Where the page before begins.
    pub previous: Option<Cursor>,
}
