//! Refreshes an item with unique values: one transaction extends the TTL of the item and of its sentinels.

use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::executor::{Prepared, Write, WriteAction};
use crate::op::write::refresh::Refresh;
use crate::op::write::transaction::unique;
use crate::ttl::ExpiryCheck;
use crate::{ErrorKind, Operation, Result};

/// The write of one refresh.
struct Extend {
    model: &'static ModelVTable,
}

pub(super) async fn send(refresh: &Refresh, key: &RawKey) -> Result<RequestFacts> {
    let schema = refresh.model.schema;
    let changes = unique::changes_by(schema, &refresh.actions())?;
    let mut prepared = Prepared::new(schema, key.clone(), WriteAction::Update, refresh.expressions()?);
    prepared.set_changes(changes);
    let done = unique::run(Box::new(Extend { model: refresh.model }), refresh.call.clone(), prepared).await?;
    Ok(done.sent)
}

impl Write for Extend {
    fn operation(&self) -> Operation {
        Operation::RefreshTtl
    }

    fn model(&self) -> &'static ModelVTable {
        self.model
    }

    fn prepare(&mut self, call: &Context) -> Result<Prepared> {
        Err(call.error(ErrorKind::Validation, "a refresh is prepared already"))
    }

    fn send<'s>(&'s mut self, call: &'s Context, _: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        let error = call.error(ErrorKind::Validation, "a refresh of unique values is a transaction");
        Box::pin(std::future::ready(Err(error)))
    }

    /// An expired item is never refreshed.
    fn hiding(&self, _: &Context) -> Option<ExpiryCheck> {
        None
    }
}
