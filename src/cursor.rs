//! Opaque tokens that say where a page ended: [`Cursor`].
//!
//! `payload` is what a token says, `seal` binds it to its query. Which keys a token may name is checked by the reading
//! operations.

mod payload;
mod seal;

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

pub(crate) use payload::{Payload, ResumePoint};
pub(crate) use seal::Binding;

/// The position at which a page of a query or scan ended, as an opaque token from which reading can continue.
///
/// The token is safe in URLs. It belongs to its query: the table, the index, the key condition and the order. With
/// another query, or if the token is damaged, the operation fails with an error of kind `InvalidCursor`. The filter and
/// the page size may change between pages.
///
/// The token contains the last keys of the page, readable to anyone who decodes it. With a key
/// ([`Client::with_cursor_key`](crate::Client::with_cursor_key)) it is also signed, so that nobody else can make one.
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
#[doc(alias("LastEvaluatedKey", "ExclusiveStartKey", "NextToken"))]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    pub(crate) fn new(token: String) -> Self {
        Cursor(token)
    }

    /// The token, for example for a link to the next page.
    ///
    /// ```
    /// # use singlet::Cursor;
    /// let token = "AfGtzleBPitDxmw85yLPgwsAAgFTCgBDVVNUT01FUiMx";
    /// let cursor: Cursor = token.parse()?;
    /// assert_eq!(cursor.as_str(), token);
    /// # Ok::<(), singlet::Error>(())
    /// ```
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

/// Does not show the token, because it contains keys.
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

/// Checks only the form. Whether the token belongs to a query is checked by that query.
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

/// A token in the form in which a program has it: text, a [`Cursor`], or an `Option` of one. `None` is the first page.
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
