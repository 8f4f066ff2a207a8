//! `extend_ttl` and `set_ttl`: update the TTL attribute alone.

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::model::HasTtl;
use crate::op::engine::context::{CallOptions, opaque_debug};
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{call_options, customize_option, detailed_option, explain_option};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Customize;
use crate::op::engine::vtable::ErasedTarget;
use crate::op::write::executor::{self, Write};
use crate::op::write::optional::OptionalRequests;
use crate::op::write::update::{Mode, UpdateOptions, UpdateWrite};
use crate::{Model, Result, TTLAttribute};

/// Changes the expiry of one item. Returned by [`Model::extend_ttl`](crate::Model::extend_ttl) and
/// [`Model::set_ttl`](crate::Model::set_ttl); await it.
///
/// It is one request that writes only the TTL attribute, and costs a write unit for each KB of the whole item, rounded up,
/// and of each index entry that contains the attribute. If the model has unique values, it is a transaction, which costs
/// twice the units of the item and of each item that reserves a value.
///
/// ```
/// # use singlet::{Client, ErrorKind, ExpiresIn, Model, TTLAttribute};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "sessions")]
/// # struct Session { #[model(hash_key)] pk: String, expires_at: TTLAttribute }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Session::create_table().client(&client).await?;
/// let mut session = Session { pk: "SESSION#1".into(), expires_at: ExpiresIn::minutes(10) };
/// let gone = session.extend_ttl(ExpiresIn::hours(1)).client(&client).await.unwrap_err();
/// assert_eq!(gone.kind(), ErrorKind::NotFound);
///
/// session.save().client(&client).await?;
/// session.extend_ttl(ExpiresIn::hours(1)).client(&client).await?;
/// assert!(session.expires_in().unwrap().as_secs() > 3_500);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "UpdateItem")]
pub struct UpdateTtl<'a, M> {
    target: Result<ErasedTarget<'a>>,
    call: CallOptions,
    expires_at: TTLAttribute,
    /// Whether an expired item counts as deleted.
    if_live: bool,
    customize: Option<Customize<'static, UpdateItemFluentBuilder>>,
    model: PhantomData<fn() -> M>,
}

opaque_debug!(UpdateTtl<'a, M>);

impl<'a, M: HasTtl> UpdateTtl<'a, M> {
    pub(crate) fn new(value: &'a mut M, expires_at: TTLAttribute) -> Self {
        let (target, call) = (ErasedTarget::expiring(value), CallOptions::default());
        UpdateTtl { target, call, expires_at, if_live: false, customize: None, model: PhantomData }
    }

    pub(crate) fn if_live(mut self) -> Self {
        self.if_live = true;
        self
    }

    call_options!(call, hooks);

    customize_option!(customize, UpdateItemFluentBuilder);

    detailed_option!('a, ());

    explain_option!(call, executor, M::SCHEMA.sensitive);
}

// The bound is `HasTtl` only where an update is created, so that a model without a TTL gets a single error there.
impl<'a, M: Model> IntoFuture for UpdateTtl<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

impl<'a, M: Model> UpdateTtl<'a, M> {
    fn write(self) -> Result<UpdateWrite<'a>> {
        let mode = Mode::Expiry { expires_at: self.expires_at, if_live: self.if_live };
        let mut options = UpdateOptions::returning_nothing(mode, self.customize);
        if let Some(ttl) = M::SCHEMA.ttl {
            options.actions.set(ttl, AttributeValue::N(self.expires_at.to_string()));
        }
        self.target.map(|target| UpdateWrite::of::<M>(target, options))
    }

    /// Returns the write, to be sent alone or in a transaction.
    pub(crate) fn into_write(mut self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        let call = std::mem::take(&mut self.call);
        let write = self.write().map(|write| Box::new(write) as Box<dyn Write + 'a>);
        (write.map_err(|error| error.with_model(M::SCHEMA.model)), call)
    }

    fn executor(self) -> BoxFuture<'a, Result<Outcome>> {
        let (write, call) = self.into_write();
        executor::run(write, call, OptionalRequests::of::<M>())
    }

    // The options call this for every operation, and an update needs `self`.
    #[allow(clippy::unused_self)]
    fn finish(&self) -> fn(Outcome) {
        |_| ()
    }
}
