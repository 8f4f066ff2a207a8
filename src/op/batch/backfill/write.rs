//! The write of one item: only the attributes that differ, on the condition that the item is still the one that was read.

use std::collections::BTreeSet;

use super::report::AttributeDifference;
use crate::expr::{Action, Actions, Comparator, Segment, Term, Tree};
use crate::item::same_value;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::sdk_key;
use crate::op::engine::vtable::ModelVTable;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{self, AttributeChange, Claiming, Prepared, Write, WriteAction};
use crate::op::write::optional::OptionalRequests;
use crate::schema::{ModelSchema, TableSchema, UniqueSchema};
use crate::ttl::ExpiryCheck;
use crate::{Error, ErrorKind, Item, Operation, Result};

/// A change of one stored item.
pub(super) struct ItemChange<'a> {
    pub(super) table: &'static TableSchema,
    pub(super) model: Option<&'static ModelVTable>,
    pub(super) read: &'a Item,
    pub(super) differences: &'a [AttributeDifference],
}

/// The attributes that differ, sorted by name.
pub(super) fn differences(before: &Item, after: &Item) -> Vec<AttributeDifference> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |name: &&String| match (before.get(*name), after.get(*name)) {
        (Some(before), Some(after)) => !same_value(before, after),
        (before, after) => before.is_some() || after.is_some(),
    };
    let names = names.into_iter().filter(differs);
    let difference = |name: &String| AttributeDifference {
        attribute: name.clone(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    names.map(difference).collect()
}

impl ItemChange<'_> {
    /// The values of unique attributes, which must have sentinels, and those that the change removes.
    pub(super) fn claims(&self) -> Vec<(&'static str, AttributeChange)> {
        let Some(model) = self.model else { return Vec::new() };
        let schema = model.schema();
        let after = |name: &str| match self.differences.iter().find(|difference| difference.attribute == name) {
            Some(difference) => difference.after.clone(),
            None => self.read.get(name).cloned(),
        };
        let change = |name: &'static str| match after(name).filter(|value| !value.is_null()) {
            Some(value) => Some((name, AttributeChange::Set(value))),
            None => self.read.get(name).filter(|value| !value.is_null()).map(|_| (name, AttributeChange::Clear)),
        };
        let written = schema.unique.iter().filter(|unique| change(unique.attribute).is_some());
        let mut attributes: Vec<_> = written.flat_map(UniqueSchema::attributes).collect();
        attributes.sort_unstable();
        attributes.dedup();
        let claimed: Vec<_> = attributes.into_iter().filter_map(change).collect();
        let expiry = if claimed.is_empty() { None } else { schema.expiry().and_then(change) };
        claimed.into_iter().chain(expiry).collect()
    }

    /// Writes the change. The error of a failed condition contains the item that is stored instead.
    pub(super) async fn write(&self, call: &Context) -> Result<()> {
        let keys = self.table.key_names();
        if let Some(key) = self.differences.iter().find(|difference| keys.contains(&&*difference.attribute)) {
            let message =
                "a backfill cannot change a primary key; write the item under its new key and delete the old one";
            return Err(Error::new(ErrorKind::InvalidKey, message).with_attribute(key.attribute.clone()));
        }
        let mut expressions = WriteExpressions::of(Some(&self.unchanged()))?;
        if !self.differences.is_empty() {
            expressions.set_update(&self.actions())?;
        }
        let claims = self.claims();
        match self.model.filter(|_| !claims.is_empty()) {
            Some(model) => self.claim(call, model, expressions, claims).await,
            None => self.update(call, &expressions).await,
        }
    }

    async fn update(&self, call: &Context, expressions: &WriteExpressions) -> Result<()> {
        let builder = call.client.sdk().update_item();
        let builder = builder.set_key(Some(self.table.key_of(self.read)));
        let request = Outgoing::new(builder).expressions(expressions).writes(1);
        call.send(request).await.into_output().map(drop)
    }

    /// Writes the change with the sentinels of its unique values, in a transaction.
    async fn claim(
        &self,
        call: &Context,
        model: &'static ModelVTable,
        expressions: WriteExpressions,
        claims: Vec<(&'static str, AttributeChange)>,
    ) -> Result<()> {
        let write = Claim { model, item: self.read.clone(), expressions: Some(expressions), claims };
        let options = CallOptions {
            client: Some(call.client.clone()),
            table: Some(call.table.clone().into_owned()),
            begun: call.begun.clone(),
            limits: call.limits.clone(),
            ..CallOptions::default()
        };
        executor::run(Ok(Box::new(write)), options, OptionalRequests::ALL).await.map(drop)
    }

    fn actions(&self) -> Actions {
        let mut actions = Actions::default();
        for difference in self.differences {
            let action = match &difference.after {
                Some(value) => Action::Set(Term::Value(Ok(value.clone()))),
                None => Action::Remove,
            };
            actions.push(path(&difference.attribute), action);
        }
        actions
    }

    /// Holds if the stored item is the one that was read, as far as the change can depend on it.
    fn unchanged(&self) -> Tree {
        let keys = self.table.key_names();
        let exists = Tree::exists(self.table.hash_key.attribute.name);
        let mut read: Vec<_> = self.read.iter().filter(|(name, _)| !keys.contains(&name.as_str())).collect();
        read.sort_by_key(|(name, _)| *name);
        let same = read
            .into_iter()
            .map(|(name, value)| Tree::Compare(Term::Path(path(name)), Comparator::Eq, Term::Value(Ok(value.clone()))));
        let fields = self.model.into_iter().flat_map(|model| model.schema().fields);
        let declared = fields.flat_map(|field| std::iter::once(&field.attribute).chain(field.former)).copied();
        let set = self.differences.iter().map(|difference| difference.attribute.as_str());
        let absent: BTreeSet<&str> = declared.chain(set).filter(|name| !self.read.contains_key(*name)).collect();
        let absent =
            absent.into_iter().map(|name| Tree::Function("attribute_not_exists", Term::Path(path(name)), None));
        same.chain(absent).fold(exists, Tree::and)
    }
}

fn path(name: &str) -> Vec<Segment> {
    vec![Segment::Key(name.into())]
}

/// A change of an item that also claims its unique values and releases those that it no longer has. The item may have had
/// them before they were unique.
struct Claim {
    model: &'static ModelVTable,
    item: Item,
    expressions: Option<WriteExpressions>,
    claims: Vec<(&'static str, AttributeChange)>,
}

impl Write for Claim {
    fn operation(&self) -> Operation {
        Operation::Backfill
    }

    fn model(&self) -> &'static ModelVTable {
        self.model
    }

    fn prepare(&mut self, _: &Context) -> Result<Prepared> {
        let schema: &'static ModelSchema = self.model.schema();
        let key = sdk_key::raw_key(schema, &mut self.item.clone());
        let key = key.map_err(|fault| crate::error::fault_error(fault, schema.model))?;
        let expressions = self.expressions.clone().unwrap_or_default();
        let action = if expressions.update().is_some() { WriteAction::Update } else { WriteAction::Check };
        let mut prepared = Prepared::new(schema, key, action, expressions);
        prepared.set_changes(self.claims.clone());
        prepared.claiming = Claiming::All;
        Ok(prepared)
    }

    fn expected(&self) -> Result<Option<Item>> {
        Ok(Some(self.item.clone()))
    }

    /// An expired item is changed like any other.
    fn hiding(&self, _: &Context) -> Option<ExpiryCheck> {
        None
    }

    fn send<'s>(&'s mut self, call: &'s Context, _: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        // A write that claims something is sent as a transaction.
        Box::pin(std::future::ready(Err(call.error(ErrorKind::Configuration, "a backfill claims unique values alone"))))
    }
}
