//! Determines the client of an operation on several models. Their configs must agree, or the call must name a client.

use crate::op::engine::context::{CallOptions, Context};
use crate::{Error, ErrorKind, ModelConfig, Operation, Result, scope};

/// The parts of the models' configs that determine the client of a batch.
#[derive(Debug, Default)]
pub(crate) struct ClientResolver {
    first: Option<ModelConfig>,
    /// The first model whose config names another client.
    other: Option<&'static str>,
}

impl ClientResolver {
    pub(crate) fn add(&mut self, model: &'static str, config: ModelConfig) {
        match &self.first {
            None => self.first = Some(config),
            Some(first) => {
                let is_same = match (&first.client, &config.client) {
                    (Some(one), Some(other)) => one.ptr_eq(other),
                    (one, other) => one.is_none() && other.is_none(),
                };
                if !is_same {
                    self.other.get_or_insert(model);
                }
            }
        }
    }

    /// Determines the context of the batch, or `None` if the batch is empty.
    pub(crate) fn call(self, operation: Operation, options: CallOptions) -> Result<Option<Context>> {
        let Some(config) = self.first else { return Ok(None) };
        if let Some(model) = self.other.filter(|_| options.client.is_none() && !scope::is_scoped()) {
            let message = "the models of the batch have different clients; choose one with `.client(..)`";
            return Err(Error::new(ErrorKind::Configuration, message).with_model(model));
        }
        Context::new(operation, None, options, &config).map(Some)
    }
}
