//! A checkpoint in an item of a table.
//!
//! Each write replaces a mark that no other write stores, on the condition that the stored mark is the one that this run has
//! read or written last. Of two runs of one backfill, the one that writes the checkpoint later therefore continues, and the other one
//! ends at its next write.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Checkpoint, CheckpointItem, unusable};
use crate::expr::{Actions, Comparator, Tree};
use crate::key::{KeyRole, key_text};
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::random;
use crate::op::engine::sdk_key::sdk_value;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::own_items;
use crate::schema::TableSchema;
use crate::wire::size_above;
use crate::{Error, ErrorKind, Item, MAX_ITEM_SIZE, ModelConfig, Operation, Result, item};

/// The text that the hash keys of all checkpoints begin with.
const BEGINNING: &str = "BACKFILL#";

/// The range key of all checkpoints.
const RANGE: &str = "BACKFILL";

/// The attribute that holds the checkpoint. The prefix keeps it apart from the keys of tables and indexes.
const CHECKPOINT: &str = "singlet.checkpoint";

/// The attribute that identifies the write that has stored the item.
const MARK: &str = "singlet.mark";

/// The item, and what this run knows of it.
pub(in super::super) struct StoredCheckpoint {
    call: Context,
    table: &'static TableSchema,
    entity: &'static str,
    name: String,
    key: Item,
    /// The mark of the item as it was read or written last; `None` if there is no item.
    mark: Option<String>,
}

impl StoredCheckpoint {
    /// The item of a backfill of `table` whose requests are sent as `call`.
    pub(super) fn new(place: CheckpointItem, table: &'static TableSchema, call: &Context) -> Result<Self> {
        let CheckpointItem { table: other, name } = place;
        let own = other.is_none().then(|| call.table.clone().into_owned());
        let table = other.unwrap_or(table);
        let options = CallOptions {
            client: Some(call.client.clone()),
            table: own,
            begun: call.begun.clone(),
            limits: call.limits.clone(),
            ..CallOptions::default()
        };
        let call = Context::new(Operation::Backfill, call.model, options, &ModelConfig::of_table(table))?;
        let (entity, key) = place_in(table, &name).map_err(|error| call.contextualize(error))?;
        Ok(StoredCheckpoint { call, table, entity, name, key, mark: None })
    }

    pub(super) async fn load(&mut self) -> Result<Option<Checkpoint>> {
        let Some(mut item) = self.read().await? else { return Ok(None) };
        self.mark = mark_of(&item);
        let checkpoint = item.remove(CHECKPOINT).and_then(|value| Checkpoint::from_item(value.as_m().ok()?));
        checkpoint
            .map(Some)
            .ok_or_else(|| self.call.contextualize(unusable(&self.named(), "is not a checkpoint of a backfill")))
    }

    /// Writes the item, unless another run has written it since.
    pub(super) async fn store(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let (mark, item) = (random::id(), checkpoint.to_item());
        self.check_size(&item)?;
        let mut expressions = WriteExpressions::of(Some(&self.is_known()))?;
        let mut actions = Actions::default();
        actions.set(CHECKPOINT, AttributeValue::M(item));
        actions.set(MARK, AttributeValue::S(mark.clone()));
        actions.set(self.entity, AttributeValue::S(own_items::CHECKPOINT.to_owned()));
        expressions.set_update(&actions)?;
        let builder = self.call.client.sdk().update_item();
        let builder = builder.set_key(Some(self.key.clone()));
        let request = Outgoing::new(builder).expressions(&expressions).writes(1);
        if let Err(error) = self.call.send(request).await.into_output() {
            if !error.is_condition_unmet() {
                return Err(self.call.contextualize(error));
            }
            // An attempt of this write whose response was lost has stored its mark.
            let stored = match error.old_item() {
                Some(item) => mark_of(item),
                None => self.read().await?.as_ref().and_then(mark_of),
            };
            if stored.as_ref() != Some(&mark) {
                let why = "was written by another run of the backfill, which continues; run one at a time";
                return Err(self
                    .call
                    .contextualize(unusable(&self.named(), why).with_kind(ErrorKind::ConditionFailed)));
            }
        }
        self.mark = Some(mark);
        Ok(())
    }

    /// Deletes the item, unless another run has written it since.
    pub(super) async fn remove(&self) -> Result<()> {
        let expressions = WriteExpressions::of(Some(&self.is_known()))?;
        let builder = self.call.client.sdk().delete_item();
        let request = Outgoing::new(builder.set_key(Some(self.key.clone()))).expressions(&expressions).writes(1);
        match self.call.send(request).await.into_output() {
            // An earlier attempt has deleted it, or it belongs to another run now. All items are done in both cases.
            Err(error) if error.is_condition_unmet() => Ok(()),
            outcome => outcome.map(drop).map_err(|error| self.call.contextualize(error)),
        }
    }

    /// The name of the checkpoint in errors.
    pub(super) fn named(&self) -> String {
        format!("the checkpoint `{}` in the table", self.name)
    }

    /// The condition that no other run has written the item since this one has.
    fn is_known(&self) -> Tree {
        match &self.mark {
            Some(mark) => Tree::compare(MARK, Comparator::Eq, AttributeValue::S(mark.clone())),
            None => Tree::not_exists(self.table.hash_key.attribute.name),
        }
    }

    async fn read(&self) -> Result<Option<Item>> {
        let builder = self.call.client.sdk().get_item().consistent_read(true);
        let request = Outgoing::new(builder.set_key(Some(self.key.clone())));
        let output = self.call.send(request).await.into_output().map_err(|error| self.call.contextualize(error))?;
        Ok(output.item)
    }

    /// An item that is too large would be refused by the service, which does not say what to do.
    fn check_size(&self, item: &Item) -> Result<()> {
        // The rest is for the keys, the mark and the entity.
        let size = item::to_bytes(item).and_then(|bytes| size_above(MAX_ITEM_SIZE - 8 * 1024, &bytes));
        match size.map_err(|fault| Error::new(ErrorKind::Encode, fault.to_string()))? {
            None => Ok(()),
            Some(size) => {
                let why = format!(
                    "would be {size} bytes, which is too large for an item; use fewer segments, or a checkpoint in a file"
                );
                Err(self.call.contextualize(unusable(&self.named(), &why).with_kind(ErrorKind::TooLarge)))
            }
        }
    }
}

fn mark_of(item: &Item) -> Option<String> {
    item.get(MARK)?.as_s().ok().cloned()
}

/// The entity attribute and the key of the checkpoint with this name.
fn place_in(table: &'static TableSchema, name: &str) -> Result<(&'static str, Item)> {
    let refused = |message: &'static str| Error::new(ErrorKind::Configuration, message);
    if name.is_empty() {
        return Err(refused("a checkpoint in a table has a name; give one that is not empty"));
    }
    if !table.has_string_keys() {
        return Err(refused(
            "a checkpoint needs a table whose keys are strings; name another table with `checkpoint_item_in`, or use a file",
        ));
    }
    let Some(entity) = table.entity else {
        return Err(refused(
            "a checkpoint needs a table with an entity attribute, by which reads leave it out; name another table with \
             `checkpoint_item_in`, or use a file",
        ));
    };
    let hash = key_text(KeyRole::Hash, true, |key| {
        key.literal(BEGINNING);
        key.escaped(name);
    });
    let hash = hash.map_err(|fault| Error::new(ErrorKind::InvalidKey, fault.to_string()))?;
    let range = table.range_key.map(|key| (key.attribute.name.to_owned(), AttributeValue::S(RANGE.to_owned())));
    let hash = (table.hash_key.attribute.name.to_owned(), sdk_value(&hash));
    Ok((entity.name, std::iter::once(hash).chain(range).collect()))
}
