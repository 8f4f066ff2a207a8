//! Creates the maps that nested paths of an update lead through.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Result;
use crate::expr::{Action, Actions, Term};
use crate::op::engine::context::Context;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::send::Outgoing;
use crate::op::write::executor::Write as _;
use crate::op::write::guard::{self, Expressions, with_expressions};
use crate::op::write::update::write::UpdateWrite;

/// Creates absent maps level by level, because one request cannot change both a map and its contents.
pub(super) async fn create(update: &mut UpdateWrite<'_>, call: &Context) -> Result<()> {
    for depth in 1.. {
        let mut actions = Actions::default();
        for (path, _) in &update.options.actions.list {
            let parent = &path[..depth.min(path.len())];
            let is_map = path.get(depth).is_some_and(|next| next.name().is_some());
            if is_map && !actions.list.iter().any(|(known, _)| known == parent) {
                let empty = Term::Value(Ok(AttributeValue::M(HashMap::new())));
                actions.push(parent.to_vec(), Action::SetIfAbsent(empty));
            }
        }
        if actions.is_empty() {
            let is_done = update.options.actions.list.iter().all(|(path, _)| path.len() <= depth);
            if is_done {
                break;
            }
            continue;
        }
        send(update, call, &actions).await?;
    }
    Ok(())
}

async fn send(update: &mut UpdateWrite<'_>, call: &Context, actions: &Actions) -> Result<()> {
    let fail = |error| call.contextualize(error);
    let mut expressions = Expressions::of(Some(&guard::present(update.schema))).map_err(fail)?;
    expressions.update = Some(actions.render(&mut expressions.placeholders).map_err(fail)?);
    let builder = call.client.sdk().update_item().table_name(&*call.table);
    let builder = builder.set_key(Some(sdk_key(update.schema, &update.target.key)));
    let builder = with_expressions!(builder, &expressions).set_update_expression(expressions.update.clone());
    let this = &mut *update;
    let exchange = call.send_or(Outgoing::new(builder).writes(1), move |error, _| {
        Err(if error.is_condition_failed() { this.refused(error) } else { error })
    });
    exchange.await.into_outcome().map(drop)
}
