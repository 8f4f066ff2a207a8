//! Decides how a query or scan hides expired items: while it decodes, by a filter, or by a look-up in the table.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::collection::{CollectionSchema, model_of};
use crate::expr::{Comparator, Segment, Term, Tree};
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::vtable::ModelVTable;
use crate::op::read::engine::plan::holds;
use crate::op::read::engine::{ReadRequest, ReadTarget};
use crate::splice::ReadSink;
use crate::ttl::{ExpiryCheck, HiddenItems};
use crate::{Item, Operation, Result};

/// Where expiry is detected, if the model hides expired items.
pub(crate) enum ExpiredFilter {
    Nothing,
    /// In the item, while it is decoded: by the values of these attributes, which a projection must include.
    Read(HiddenItems, Vec<&'static str>),
    /// By a filter expression: DynamoDB counts, and returns no items to check.
    Filtered(ExpiryCheck),
    /// In the table, because the index does not hold the TTL attribute.
    LookedUp(&'static ModelVTable, LookUpFn),
}

/// A request to look up items by their key attributes.
pub(crate) struct LookUp<'a> {
    pub(crate) call: &'a Context,
    pub(crate) model: &'static ModelVTable,
    pub(crate) consistent: bool,
    pub(crate) keys: &'a [Item],
}

/// Sends the look-up, a batch of reads. Returns whether each item is live, and the metadata of the requests. It is a function
/// pointer, because batches depend on this engine.
pub(crate) type LookUpFn = for<'a> fn(LookUp<'a>) -> BoxFuture<'a, Result<(Vec<bool>, RequestFacts)>>;

impl ExpiredFilter {
    pub(crate) fn of(reading: &ReadRequest, call: &Context) -> Result<Self> {
        let model = match reading.target {
            ReadTarget::Model(model, _) => model,
            ReadTarget::Collection(schema) => return of_each(schema, call),
        };
        let Some(check) = call.hiding(model.schema) else { return Ok(ExpiredFilter::Nothing) };
        Ok(match &reading.index {
            Some(index) if !holds(reading, index, check.attribute) && reading.hydrates => ExpiredFilter::Nothing,
            Some(index) if !holds(reading, index, check.attribute) => {
                let Some(look_up) = reading.look_up else { unreachable!("`Model::index` says how to look items up") };
                ExpiredFilter::LookedUp(model, look_up)
            }
            // A filter needs the time before the request, but only a response tells it.
            _ if reading.operation == Operation::Count
                && !reading.is_queried_by(check.attribute)
                && call.client.time().is_known() =>
            {
                ExpiredFilter::Filtered(check)
            }
            _ => ExpiredFilter::Read(HiddenItems::Expired(check), vec![check.attribute]),
        })
    }

    /// The filter expression for expired items.
    ///
    /// It must agree with the check while decoding: a TTL attribute that is not a number means no expiry, and fractions
    /// of a second are truncated.
    pub(crate) fn filter(&self) -> Option<Tree> {
        let ExpiredFilter::Filtered(check) = self else { return None };
        let path = Term::Path(vec![Segment::Name(check.attribute)]);
        let number = Term::Value(Ok(AttributeValue::S("N".to_owned())));
        let is_number = Tree::Function("attribute_type", path, Some(number));
        let next = AttributeValue::N(check.now.saturating_add(1).to_string());
        Some(Tree::Or(vec![Tree::Not(Box::new(is_number)), Tree::compare(check.attribute, Comparator::Ge, next)]))
    }

    /// The attributes that the check needs in the projection.
    pub(crate) fn attributes(&self) -> &[&'static str] {
        match self {
            ExpiredFilter::Read(_, attributes) => attributes,
            _ => &[],
        }
    }

    /// Whether a count must read the items, because a filter cannot detect the expired ones.
    pub(crate) fn counts_by_reading(&self) -> bool {
        matches!(self, ExpiredFilter::Read(..) | ExpiredFilter::LookedUp(..))
    }

    /// Configures the sink to skip expired items.
    pub(crate) fn tell(&self, call: &Context, sink: &mut dyn ReadSink) {
        match self {
            ExpiredFilter::Read(hidden, _) => sink.hide(hidden.clone().on_arrival(call.client.time())),
            ExpiredFilter::Nothing | ExpiredFilter::Filtered(_) | ExpiredFilter::LookedUp(..) => {}
        }
    }
}

/// The expiry checks of a collection. Each model follows its own config; all of them compare with the same time.
fn of_each(schema: &'static CollectionSchema, call: &Context) -> Result<ExpiredFilter> {
    let of_model = |model: &&'static ModelVTable| call.hiding_of(model.schema, &model.config());
    let checks = schema.models.iter().map(of_model).collect::<Result<Vec<_>>>()?;
    if checks.iter().all(Option::is_none) {
        return Ok(ExpiredFilter::Nothing);
    }
    let attributes = checks.iter().flatten().map(|check| check.attribute).collect();
    let by_model = HiddenItems::ByModel(Arc::new(move |reader| {
        let number = model_of(reader, schema)?;
        Ok(checks.get(number).copied().flatten())
    }));
    Ok(ExpiredFilter::Read(by_model, attributes))
}
