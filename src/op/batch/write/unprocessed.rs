//! The remainder of a failed `batch_write`: the puts and deletes that DynamoDB did not confirm.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;

use crate::error::fault_error;
use crate::model::fault_of;
use crate::op::batch::write::BatchWrite;
use crate::op::batch::write::single::{BatchedWrite, Kind};
use crate::op::batch::write::source::WriteSource;
use crate::wire::Fault;
use crate::{Client, Error, Item, Key, Model, Result, item};

/// The puts and deletes of a failed batch that DynamoDB did not confirm. Returned by
/// [`Error::unprocessed`](crate::Error::unprocessed).
///
/// They are in no particular order. If a connection broke, some of them may have taken effect nevertheless. Repeating
/// them is harmless, unless another client has written the same items in the meantime.
///
/// ```
/// use singlet::{Error, Model, Result};
///
/// #[derive(Debug, Model)]
/// #[model(table = "users")]
/// struct User { #[model(hash_key)] pk: String }
///
/// async fn write_all(users: &[User]) -> Result<()> {
///     match singlet::batch_write().put_all(users).await {
///         Err(error) if error.unprocessed().is_some() => {
///             let left = error.into_unprocessed().expect("it was there");
///             eprintln!("{} users are left: {:?}", left.len(), left.puts_of::<User>()?);
///             left.into_batch().await
///         }
///         outcome => outcome,
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Unprocessed {
    writes: Vec<BatchedWrite>,
    client: Client,
}

impl Unprocessed {
    pub(super) fn new(writes: Vec<BatchedWrite>, client: Client) -> Self {
        Unprocessed { writes, client }
    }

    /// Returns the number of puts and deletes.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether there are no puts and deletes.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Returns the items to put by table, in the SDK's form.
    pub fn puts(&self) -> Result<HashMap<String, Vec<Item>>> {
        self.maps(Kind::Put)
    }

    /// Returns the keys to delete by table, in the SDK's form.
    pub fn delete_keys(&self) -> Result<HashMap<String, Vec<Item>>> {
        self.maps(Kind::Delete)
    }

    /// Returns the values of one model to put.
    pub fn puts_of<M: Model>(&self) -> Result<Vec<M>> {
        let puts = self.writes.iter().filter(|write| write.kind == Kind::Put && is_of::<M>(write));
        puts.map(|write| item::read(write.map(), M::SCHEMA).map_err(fault_of::<M>)).collect()
    }

    /// Returns the keys of one model to delete.
    pub fn delete_keys_of<M: Model>(&self) -> Vec<Key<M>> {
        let deletes = self.writes.iter().filter(|write| write.kind == Kind::Delete && is_of::<M>(write));
        deletes.filter_map(|write| write.key.clone()).map(Key::from_raw).collect()
    }

    /// Returns a batch of exactly these writes, with the same client and tables.
    pub fn into_batch(self) -> BatchWrite<'static> {
        let mut batch = BatchWrite::default();
        if !self.writes.is_empty() {
            // The writes were part of a batch before, so hooks and conditions do not apply.
            batch.sources.push(WriteSource::again(self.writes.into()));
        }
        batch.client(&self.client)
    }

    fn maps(&self, kind: Kind) -> Result<HashMap<String, Vec<Item>>> {
        let mut tables: HashMap<String, Vec<Item>> = HashMap::new();
        for write in self.writes.iter().filter(|write| write.kind == kind) {
            let map = item::from_bytes(write.map()).map_err(|fault| unreadable(fault, write))?;
            tables.entry(write.table.to_string()).or_default().push(map);
        }
        Ok(tables)
    }
}

#[cold]
fn unreadable(fault: Fault, write: &BatchedWrite) -> Error {
    fault_error(fault, write.model.map_or("an item", |model| model.schema.model)).with_table(&write.table)
}

/// Whether a write belongs to the model: by the model it was made from, or else by the item's entity.
fn is_of<M: Model>(write: &BatchedWrite) -> bool {
    match write.model {
        Some(model) => model.id == TypeId::of::<M>(),
        None => M::SCHEMA.entity.is_some() && item::from_bytes(write.map()).is_ok_and(|item| M::SCHEMA.owns(&item)),
    }
}

impl Error {
    /// Returns the puts and deletes of a batch that are not confirmed. See [`Unprocessed`] for an example.
    ///
    /// It is `None` if all writes that the batch has encoded are confirmed, if the batch was refused as a whole before it sent anything,
    /// and for every other operation.
    pub fn unprocessed(&self) -> Option<&Unprocessed> {
        self.payload()
    }

    /// Converts the error into its [`unprocessed`](Self::unprocessed) part, to send or store it.
    pub fn into_unprocessed(self) -> Option<Unprocessed> {
        self.into_payload()
    }
}

/// Shows no items and no keys.
impl fmt::Debug for Unprocessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let puts = self.writes.iter().filter(|write| write.kind == Kind::Put).count();
        f.debug_struct("Unprocessed")
            .field("puts", &puts)
            .field("deletes", &(self.writes.len() - puts))
            .finish_non_exhaustive()
    }
}
