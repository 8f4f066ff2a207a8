//! What a failed `batch_write` leaves: the puts and deletes that DynamoDB did not confirm.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;

use crate::error::fault_error;
use crate::model::fault_of;
use crate::op::batch::write::BatchWrite;
use crate::op::batch::write::single::{BatchedWrite, Kind};
use crate::wire::Fault;
use crate::{Client, Error, Item, Key, Model, ModelConfig, Result, item};

/// The puts and deletes of a failed batch that DynamoDB did not confirm; what
/// [`Error::unprocessed`](crate::Error::unprocessed) gives.
///
/// They have no particular order. Where a connection broke, some of them may have been done all the same; to do them again is
/// harmless, unless somebody else has written meanwhile.
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

    /// How many puts and deletes these are.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The items to put, by table, in the SDK's form.
    pub fn puts(&self) -> Result<HashMap<String, Vec<Item>>> {
        self.maps(Kind::Put)
    }

    /// The keys to delete, by table, in the SDK's form.
    pub fn delete_keys(&self) -> Result<HashMap<String, Vec<Item>>> {
        self.maps(Kind::Delete)
    }

    /// The values of one model to put.
    pub fn puts_of<M: Model>(&self) -> Result<Vec<M>> {
        let puts = self.writes.iter().filter(|write| write.kind == Kind::Put && is_of::<M>(write));
        puts.map(|write| item::read(write.map(), M::SCHEMA.entity).map_err(fault_of::<M>)).collect()
    }

    /// The keys of one model to delete.
    pub fn delete_keys_of<M: Model>(&self) -> Vec<Key<M>> {
        let deletes = self.writes.iter().filter(|write| write.kind == Kind::Delete && is_of::<M>(write));
        deletes.filter_map(|write| write.key.clone()).map(Key::from_raw).collect()
    }

    /// A batch of exactly these, by the same client and into the same tables.
    pub fn into_batch(self) -> BatchWrite<'static> {
        let mut batch = BatchWrite::default();
        if !self.writes.is_empty() {
            batch.entries.senders().add("an item", ModelConfig::new(""));
        }
        // They were in a batch already, so hooks and conditions do not come in.
        self.writes.into_iter().for_each(|write| batch.entries.again(write));
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

/// Whether a write is about the model: by what it was made from, else by what the item says of itself.
fn is_of<M: Model>(write: &BatchedWrite) -> bool {
    match write.model {
        Some(model) => model.id == TypeId::of::<M>(),
        None => M::SCHEMA.entity.is_some() && item::from_bytes(write.map()).is_ok_and(|item| M::SCHEMA.owns(&item)),
    }
}

impl Error {
    /// The puts and deletes of a batch that are not known to be done. See [`Unprocessed`] for an example.
    ///
    /// `None` where nothing was sent, and of every other operation.
    pub fn unprocessed(&self) -> Option<&Unprocessed> {
        self.payload()
    }

    /// As [`unprocessed`](Self::unprocessed), to be sent again or kept.
    pub fn into_unprocessed(self) -> Option<Unprocessed> {
        self.into_payload()
    }
}

/// Shows no item and no key.
impl fmt::Debug for Unprocessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let puts = self.writes.iter().filter(|write| write.kind == Kind::Put).count();
        f.debug_struct("Unprocessed")
            .field("puts", &puts)
            .field("deletes", &(self.writes.len() - puts))
            .finish_non_exhaustive()
    }
}
