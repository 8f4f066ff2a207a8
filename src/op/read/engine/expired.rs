//! How a reading leaves out what has expired.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::collection::{CollectionSchema, model_of};
use crate::expr::{Comparator, Segment, Term, Tree};
use crate::op::engine::context::Context;
use crate::op::engine::vtable::ModelVTable;
use crate::op::read::engine::plan::holds;
use crate::op::read::engine::target::ReadTarget;
use crate::op::read::engine::{LookUpFn, ReadRequest};
use crate::splice::ItemSink;
use crate::ttl::{ExpiryCheck, ExpiryCheckFn};
use crate::{Operation, Result};

/// Where it is seen that an item has expired, if it counts as gone then.
pub(crate) enum ExpiredFilter {
    Nothing,
    /// In what is read of it.
    Read(ExpiryCheck),
    /// In what is read of it; each model of a collection has a life of its own.
    ReadByModel(ExpiryCheckFn),
    /// By the service, which counts.
    Filtered(ExpiryCheck),
    /// In the table: the index that is read does not hold the expiry.
    LookedUp(&'static ModelVTable, LookUpFn),
}

impl ExpiredFilter {
    pub(crate) fn of(reading: &ReadRequest, call: &Context) -> Result<Self> {
        let model = match reading.subject {
            ReadTarget::Model(model) => model,
            ReadTarget::Collection(schema) => return of_each(schema, call),
        };
        let Some(life) = call.hiding(model.schema) else { return Ok(ExpiredFilter::Nothing) };
        Ok(match &reading.index {
            Some(index) if !holds(reading, index, life.attribute) && reading.hydrates => ExpiredFilter::Nothing,
            Some(index) if !holds(reading, index, life.attribute) => {
                let Some(look_up) = reading.look_up else { unreachable!("`Model::index` says how to look items up") };
                ExpiredFilter::LookedUp(model, look_up)
            }
            _ if reading.operation == Operation::Count && !is_queried_by(reading, life.attribute) => {
                ExpiredFilter::Filtered(life)
            }
            _ => ExpiredFilter::Read(life),
        })
    }

    /// What the service leaves out.
    ///
    /// It agrees with what is seen while reading: no number is no expiry, and fractions are cut.
    pub(crate) fn filter(&self) -> Option<Tree> {
        let ExpiredFilter::Filtered(life) = self else { return None };
        let path = Term::Path(vec![Segment::Name(life.attribute)]);
        let number = Term::Value(Ok(AttributeValue::S("N".to_owned())));
        let is_number = Tree::Function("attribute_type", path, Some(number));
        let next = AttributeValue::N(life.now.saturating_add(1).to_string());
        Some(Tree::Or(vec![Tree::Not(Box::new(is_number)), Tree::compare(life.attribute, Comparator::Ge, next)]))
    }

    /// The attribute that has to be read for it.
    pub(crate) fn attribute(&self) -> Option<&'static str> {
        match self {
            ExpiredFilter::Read(life) => Some(life.attribute),
            _ => None,
        }
    }

    /// Whether the service cannot count what is there: items are read for it.
    pub(crate) fn counts_by_reading(&self) -> bool {
        matches!(self, ExpiredFilter::Read(_) | ExpiredFilter::LookedUp(..))
    }

    /// Tells the sink what to pass over.
    pub(crate) fn tell(&self, sink: &mut dyn ItemSink) {
        match self {
            ExpiredFilter::Read(life) => sink.hide(*life),
            ExpiredFilter::ReadByModel(life_of) => sink.hide_each(Arc::clone(life_of)),
            ExpiredFilter::Nothing | ExpiredFilter::Filtered(_) | ExpiredFilter::LookedUp(..) => {}
        }
    }
}

/// Whether the attribute is a key of what a query reads; a filter must not name it then.
pub(crate) fn is_queried_by(reading: &ReadRequest, attribute: &str) -> bool {
    let (hash, range) = reading.queried();
    reading.partition.is_some() && hash.iter().chain(&range).any(|key| key.attribute.name == attribute)
}

/// Each model of a collection hides by its own config, at the same time.
fn of_each(schema: &'static CollectionSchema, call: &Context) -> Result<ExpiredFilter> {
    let of_model = |model: &&'static ModelVTable| call.hiding_of(model.schema, &model.config());
    let lives = schema.models.iter().map(of_model).collect::<Result<Vec<_>>>()?;
    if lives.iter().all(Option::is_none) {
        return Ok(ExpiredFilter::Nothing);
    }
    Ok(ExpiredFilter::ReadByModel(Arc::new(move |reader| {
        let number = model_of(reader, schema)?;
        Ok(lives.get(number).copied().flatten())
    })))
}
