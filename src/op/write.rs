//! What all writes of one item have in common: sent alone or in a transaction, they are prepared alike.

use super::call::{Call, CallOptions};
use super::future::{BoxFuture, Done};
use super::guard::Expressions;
use crate::key::RawKey;
use crate::schema::ModelSchema;
use crate::{Error, HookContext, ModelConfig, Operation, Result};

/// One write, without the type of its model.
pub(crate) trait Write: Send {
    fn operation(&self) -> Operation;
    fn schema(&self) -> &'static ModelSchema;
    fn config(&self) -> ModelConfig;
    fn has_hooks(&self) -> bool;
    fn before<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;

    /// Settles what is sent, and checks it.
    fn prepare(&mut self, call: &Call) -> Result<Prepared>;

    /// Sends it alone.
    fn send<'s>(&'s mut self, call: &'s Call, prepared: Prepared) -> BoxFuture<'s, Result<Done>>;

    /// Takes over into the local value what is stored now.
    fn written(&mut self);

    /// The error of a condition that did not hold, in this operation's words.
    fn refused(&self, error: Error) -> Error {
        error
    }
}

/// A write that may be sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) schema: &'static ModelSchema,
    pub(crate) key: RawKey,
    pub(crate) action: Action,
    pub(crate) expressions: Expressions,
    /// The version that the stored item is expected to have.
    pub(crate) version: Option<u64>,
}

#[derive(Debug)]
pub(crate) enum Action {
    /// The whole item, behind [`put::HEAD`](super::put::HEAD).
    Put(Vec<u8>),
    Update,
    Delete,
    Check,
}

/// Runs one write alone: hooks, request, local value.
pub(crate) fn run<'a>(write: Result<Box<dyn Write + 'a>>, options: CallOptions) -> BoxFuture<'a, Result<Done>> {
    Box::pin(async move {
        let mut write = write?;
        let call = Call::new(write.operation(), Some(write.schema().model), options, write.config())?;
        let hooks = call.runs_hooks && write.has_hooks();
        if hooks {
            write.before(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        let prepared = write.prepare(&call).map_err(|error| call.fail(error))?;
        let done = write.send(&call, prepared).await?;
        write.written();
        if hooks {
            write.after(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(done)
    })
}
