//! The expressions of a write: a request for one item, or one item of a transaction.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use crate::Result;
use crate::expr::{Actions, Placeholders, Tree};
use crate::schema::{EntitySchema, ModelSchema};

/// The expressions of one write.
#[derive(Debug, Default, Clone)]
pub(crate) struct WriteExpressions {
    condition: Option<WriteCondition>,
    update: Option<String>,
    /// Whether the error of a failed condition does not contain the stored item.
    omits_item: bool,
    /// The placeholders of the texts. Those of an [`EntityCondition`] are fixed and not in here.
    placeholders: Placeholders,
}

#[derive(Debug, Clone)]
enum WriteCondition {
    Entity(EntityCondition),
    Text(String),
}

impl WriteCondition {
    fn text(&self) -> &str {
        match self {
            WriteCondition::Entity(entity) => entity.text(),
            WriteCondition::Text(text) => text,
        }
    }
}

/// The condition that there is no item, or one of the model. [`guard::own_or_none`](crate::op::write::guard::own_or_none) is the
/// same condition as a tree, and a test compares both.
///
/// Most writes of entities have no other condition. Its text and placeholders depend only on the model, so the body of a direct
/// request is written without allocating them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntityCondition {
    hash_key: &'static str,
    entity: &'static EntitySchema,
}

impl EntityCondition {
    /// Returns the condition of a model, if its items have an entity attribute with one value.
    fn of(schema: &'static ModelSchema) -> Option<Self> {
        let entity = schema.entity.as_ref().filter(|entity| entity.aliases.is_empty())?;
        Some(EntityCondition { hash_key: schema.table.hash_key.attribute.name, entity })
    }

    fn text(self) -> &'static str {
        if self.entity.optional {
            "attribute_not_exists(#0) OR attribute_not_exists(#1) OR #1 = :0"
        } else {
            "attribute_not_exists(#0) OR #1 = :0"
        }
    }

    /// Returns the placeholders for names, each with its name.
    pub(super) fn names(self) -> [(&'static str, &'static str); 2] {
        [("#0", self.hash_key), ("#1", self.entity.attribute.name)]
    }

    /// Returns the placeholder for the value, with its text.
    pub(super) fn value(self) -> (&'static str, &'static str) {
        (":0", self.entity.name)
    }

    fn placeholders(self) -> Placeholders {
        let mut placeholders = Placeholders::default();
        placeholders.names = self.names().map(|(placeholder, name)| (placeholder.into(), name.into())).into();
        let (placeholder, text) = self.value();
        placeholders.values = vec![(placeholder.into(), AttributeValue::S(text.to_owned()))];
        placeholders
    }
}

impl WriteExpressions {
    /// Returns expressions with only a condition.
    pub(crate) fn of(condition: Option<&Tree>) -> Result<Self> {
        let mut expressions = WriteExpressions::default();
        let text = condition.map(|tree| expressions.placeholders.condition(tree)).transpose()?;
        expressions.condition = text.map(WriteCondition::Text);
        Ok(expressions)
    }

    /// Returns expressions with only the [`EntityCondition`] of a model, if it has one.
    pub(crate) fn of_entity(schema: &'static ModelSchema) -> Option<Self> {
        let condition = EntityCondition::of(schema).map(WriteCondition::Entity)?;
        Some(WriteExpressions { condition: Some(condition), ..WriteExpressions::default() })
    }

    /// Does not request the stored item for the error of a failed condition.
    pub(crate) fn without_returned_item(mut self) -> Self {
        self.omits_item = true;
        self
    }

    /// Sets the update expression to these actions.
    pub(crate) fn set_update(&mut self, actions: &Actions) -> Result<()> {
        self.use_text();
        self.update = Some(actions.render(&mut self.placeholders)?);
        Ok(())
    }

    /// Adds `guard` to the condition.
    pub(crate) fn guard(&mut self, guard: &Tree) -> Result<()> {
        self.use_text();
        let guard = self.placeholders.condition(guard)?;
        self.condition = Some(WriteCondition::Text(match &self.condition {
            Some(condition) => format!("({}) AND ({guard})", condition.text()),
            None => guard,
        }));
        Ok(())
    }

    /// Turns the condition into text, so that further expressions can share its placeholders.
    fn use_text(&mut self) {
        if let Some(entity) = self.entity() {
            self.condition = Some(WriteCondition::Text(entity.text().to_owned()));
            self.placeholders = entity.placeholders();
        }
    }

    pub(crate) fn condition(&self) -> Option<&str> {
        self.condition.as_ref().map(WriteCondition::text)
    }

    /// Returns the [`EntityCondition`] if it is the whole condition.
    pub(crate) fn entity(&self) -> Option<EntityCondition> {
        match self.condition {
            Some(WriteCondition::Entity(entity)) => Some(entity),
            _ => None,
        }
    }

    pub(crate) fn update(&self) -> Option<&str> {
        self.update.as_deref()
    }

    /// Returns `ALL_OLD` if there is a condition, so that the error of a failed condition contains the stored item.
    pub(super) fn returned_item(&self) -> Option<ReturnValuesOnConditionCheckFailure> {
        (self.condition.is_some() && !self.omits_item).then_some(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Returns the placeholders without those of an [`EntityCondition`].
    pub(super) fn text_placeholders(&self) -> &Placeholders {
        &self.placeholders
    }

    /// Returns the placeholders of all expressions.
    pub(crate) fn placeholders(&self) -> Cow<'_, Placeholders> {
        self.entity().map_or(Cow::Borrowed(&self.placeholders), |entity| Cow::Owned(entity.placeholders()))
    }
}
