//! One operation of a transaction: its hooks and its preparation.

use crate::Result;
use crate::op::engine::context::Context;
use crate::op::write::executor::{Prepared, Write};
use crate::op::write::transaction::cancelled;

/// An operation of a running transaction.
pub(crate) struct Running<'a> {
    pub(crate) write: Box<dyn Write + 'a>,
    pub(crate) call: Context,
}

impl Running<'_> {
    fn runs_hooks(&self) -> bool {
        self.call.runs_hooks && self.write.model().has_hooks()
    }

    pub(super) async fn before(&mut self) -> Result<()> {
        if self.runs_hooks() {
            self.write.before(&self.call.hook_context()).await.map_err(|error| self.call.contextualize(error))?;
        }
        Ok(())
    }

    pub(super) async fn after(&mut self) -> Result<()> {
        if self.runs_hooks() {
            self.write.after(&self.call.hook_context()).await.map_err(|error| self.call.contextualize(error))?;
        }
        Ok(())
    }

    pub(super) fn prepare(&mut self, n: usize) -> Result<Prepared> {
        let failed = |error| Err(cancelled::at(n, self.call.contextualize(error)));
        // With combinators, the prepared write is moved twice more.
        match self.write.prepare(&self.call) {
            Ok(prepared) => match prepared.check_together() {
                Ok(()) => Ok(prepared),
                Err(error) => failed(error),
            },
            Err(error) => failed(error),
        }
    }
}
