//! Opaque tokens that say where a page ended.

mod payload;
mod seal;

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

pub(crate) use payload::{Payload, Place};
pub(crate) use seal::Binding;

/// Where a page of a query or scan ended: an opaque token to read on there.
///
/// It is text that is safe in URLs. It belongs to its query: the table, the index, the key condition
/// and the order; used with another one, or damaged, it is an error of kind `InvalidCursor`. The
/// filter and the page size may change. It says which keys the page ended with, readable to who decodes it:
/// with a key ([`Client::with_cursor_key`](crate::Client::with_cursor_key)) it is signed, so that nobody can make one.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// # for id in 1..=5 { Order { customer: "c-1".into(), id }.save().await?; }
/// let page = Order::query("c-1").limit(2).page().await?;
/// let token: String = page.cursor.unwrap().to_string();
///
/// let page = Order::query("c-1").limit(2).cursor(token).page().await?;
/// assert_eq!(page.items[0].id, 3);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    pub(crate) fn new(token: String) -> Self {
        Cursor(token)
    }

    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Cursor {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows no token: there are keys in it.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(..)")
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

/// Checks the form only; whether the token belongs to a query is seen when that is sent.
impl FromStr for Cursor {
    type Err = Error;

    fn from_str(token: &str) -> Result<Self> {
        seal::check(token).map(|()| Cursor(token.to_owned()))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = String::deserialize(deserializer)?;
        token.parse().map_err(serde::de::Error::custom)
    }
}

/// A token as a request brings it: text, a [`Cursor`], or an `Option` of one, where `None` is the first page.
pub trait IntoCursor {
    #[doc(hidden)]
    fn into_token(self) -> Option<String>;
}

macro_rules! tokens {
    ($($token:ty),*) => {$(
        impl IntoCursor for $token {
            fn into_token(self) -> Option<String> {
                let token: &str = self.as_ref();
                Some(token.to_owned())
            }
        }
    )*};
}
tokens!(&str, String, &String, Cursor, &Cursor);

impl<C: IntoCursor> IntoCursor for Option<C> {
    fn into_token(self) -> Option<String> {
        self.and_then(C::into_token)
    }
}

impl<C: IntoCursor + Clone> IntoCursor for &Option<C> {
    fn into_token(self) -> Option<String> {
        self.clone().into_token()
    }
}

#[cold]
pub(crate) fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidCursor, message)
}
