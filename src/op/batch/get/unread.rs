//! The remainder of a failed `batch_get`: the keys without an answer and the items that were read.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use crate::key::RawKey;
use crate::op::batch::get::chunk::GetChunk;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::{Error, Item, Key, Model};

/// The state of a failed batch read: the keys without an answer and the items that were read. Returned by
/// [`Error::unread`](crate::Error::unread).
///
/// A key whose item could not be decoded as its model counts as one without an answer. A key without an item is in
/// neither list.
///
/// ```
/// use singlet::{Model, Result};
///
/// #[derive(Debug, Model)]
/// #[model(table = "users")]
/// struct User { #[model(hash_key)] pk: String }
///
/// async fn some_of(keys: &[&str]) -> Result<Vec<User>> {
///     match User::batch_get(keys.iter().copied()).await {
///         Ok(users) => Ok(users.into_iter().flatten().collect()),
///         Err(error) if error.unread().is_some() => {
///             let mut unread = error.into_unread().expect("it was there");
///             eprintln!("{} users are left: {:?}", unread.len(), unread.keys_of::<User>());
///             Ok(unread.take_found_of::<User>())
///         }
///         Err(error) => Err(error),
///     }
/// }
/// ```
pub struct Unread {
    keys: Vec<UnreadKey>,
    found: Vec<Box<AnyModel>>,
}

struct UnreadKey {
    table: Cow<'static, str>,
    key: RawKey,
    /// All models that requested the key.
    models: Vec<&'static ModelVTable>,
}

impl Unread {
    pub(super) fn new(left: &[GetChunk], found: Vec<Option<Box<AnyModel>>>) -> Self {
        let key = |chunk: &GetChunk, read: usize| {
            let planned = chunk.plan.planned(read);
            let mut models: Vec<&'static ModelVTable> = Vec::new();
            for &request in chunk.plan.requesters(read) {
                let model = chunk.plan.requests()[request].model;
                if models.iter().all(|known| known.id != model.id) {
                    models.push(model);
                }
            }
            UnreadKey { table: planned.table.clone(), key: planned.key.clone(), models }
        };
        let keys = left.iter().flat_map(|chunk| chunk.reads.iter().map(move |&read| key(chunk, read)));
        Unread { keys: keys.collect(), found: found.into_iter().flatten().collect() }
    }

    /// Returns the number of distinct keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the keys by table, in the SDK's form.
    pub fn keys(&self) -> HashMap<String, Vec<Item>> {
        let mut tables: HashMap<String, Vec<Item>> = HashMap::new();
        for UnreadKey { table, key, models } in &self.keys {
            let key = models.first().map(|model| sdk_key(model.schema.table, key));
            tables.entry(table.to_string()).or_default().extend(key);
        }
        tables
    }

    /// Returns the keys of one model, ready for another `batch_get`.
    pub fn keys_of<M: Model>(&self) -> Vec<Key<M>> {
        let of_model = |key: &&UnreadKey| key.models.iter().any(|model| model.id == TypeId::of::<M>());
        self.keys.iter().filter(of_model).map(|key| Key::from_raw(key.key.clone())).collect()
    }

    /// Returns the items of one model that were read, in the order of their keys. `after_load` has not run.
    pub fn found_of<M: Model>(&self) -> Vec<&M> {
        self.found.iter().filter_map(|loaded| loaded.downcast_ref()).collect()
    }

    /// Takes the items of one model out of this value, as [`found_of`](Self::found_of) returns them.
    pub fn take_found_of<M: Model>(&mut self) -> Vec<M> {
        let is_of_model = |loaded: &mut Box<AnyModel>| loaded.is::<M>();
        let finish_response = self.found.extract_if(.., is_of_model);
        finish_response.filter_map(|loaded| loaded.downcast().ok()).map(|model: Box<M>| *model).collect()
    }
}

impl Error {
    /// Returns the keys of a batch that were not read, together with the items that were. See [`Unread`] for an
    /// example.
    ///
    /// It is `None` if nothing was sent, and for every other operation.
    pub fn unread(&self) -> Option<&Unread> {
        self.payload()
    }

    /// Converts the error into its [`unread`](Self::unread) part, so that you can take the items out.
    pub fn into_unread(self) -> Option<Unread> {
        self.into_payload()
    }
}

/// Shows no keys and no items.
impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unread").field("keys", &self.keys.len()).field("found", &self.found.len()).finish()
    }
}
