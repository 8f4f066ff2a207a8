//! The primary key of a model as one value: [`Key`]. Parsing and its parts are next to [`Model`](crate::Model).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::value::{KeyValue, RawKey};

/// The primary key of a model: the values of its key attributes.
///
/// A key is made from its parts ([`Model::key_of`](crate::Model::key_of)), from a value
/// ([`Model::key`](crate::Model::key)) or from stored values ([`Key::parse`]). It can be converted back to its parts. Its
/// length and form have been checked. `Debug` shows the types of the key attributes and never their values.
///
/// ```
/// use singlet::{Key, Model};
///
/// #[derive(Model)]
/// #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:06}")]
/// struct Order {
///     customer: String,
///     id: u32,
/// }
///
/// let key = Order::key_of(("a#b", 42))?;
/// assert_eq!(key.hash().as_str(), Some("CUSTOMER#a%23b"));
/// assert_eq!(key.range().and_then(|range| range.as_str()), Some("ORDER#000042"));
/// assert_eq!(key.parts()?, ("a#b".to_owned(), 42));
/// assert_eq!(Key::<Order>::parse("CUSTOMER#a%23b", Some("ORDER#000042".into()))?, key);
/// # Ok::<(), singlet::Error>(())
/// ```
pub struct Key<M> {
    raw: RawKey,
    model: PhantomData<fn() -> M>,
}

impl<M> Key<M> {
    pub(crate) fn from_raw(raw: RawKey) -> Self {
        Key { raw, model: PhantomData }
    }

    /// The value of the hash key (partition key).
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
    /// # struct Customer { id: String }
    /// let key = Customer::key_of("c-1")?;
    /// assert_eq!(key.hash().as_str(), Some("CUSTOMER#c-1"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    #[doc(alias = "partition_key")]
    pub fn hash(&self) -> &KeyValue {
        &self.raw.hash
    }

    /// The value of the range key (sort key), if the table has one.
    ///
    /// ```
    /// # use singlet::Model;
    /// # #[derive(Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
    /// # struct Customer { id: String }
    /// let key = Customer::key_of("c-1")?;
    /// assert_eq!(key.range().and_then(|range| range.as_str()), Some("PROFILE"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    #[doc(alias = "sort_key")]
    pub fn range(&self) -> Option<&KeyValue> {
        self.raw.range.as_ref()
    }

    pub(crate) fn raw(&self) -> &RawKey {
        &self.raw
    }

    pub(crate) fn into_raw(self) -> RawKey {
        self.raw
    }
}

impl<M> Clone for Key<M> {
    fn clone(&self) -> Self {
        Key { raw: self.raw.clone(), model: PhantomData }
    }
}

impl<M> PartialEq for Key<M> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<M> Eq for Key<M> {}

impl<M> Hash for Key<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

/// Shows the types of the key attributes and never their values.
impl<M> fmt::Debug for Key<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("hash", &self.raw.hash).field("range", &self.raw.range).finish()
    }
}
