//! `update`, `upsert` and `modify`: change attributes of an item.

#![warn(clippy::large_futures)]

mod actions;
mod adapt;
mod assumption;
mod complete;
mod difference;
mod fit;
mod index_keys;
mod index_only;
mod mode;
mod over_expired;
mod plan;
mod refresh;
mod request;
mod skip_if_empty;
mod sums;
mod validate;
mod write;

use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use crate::attribute::Form;
use crate::expr::{Actions, Tree};
use crate::key::RawKey;
use crate::op::engine::context::CallOptions;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{
    call_options, condition_options, customize_option, detailed_option, explain_option, refresh_options,
};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Customize;
use crate::op::engine::vtable::{ErasedTarget, ModelVTable};
use crate::op::write::executor::{self, Write};
use crate::op::write::optional::OptionalRequests;
use crate::splice::{Decoder, ReadSink};
use crate::{Item, Model, Result};
use assumption::Assumption;
use difference::difference;
use fit::Fit;
pub(crate) use mode::Mode;
pub use skip_if_empty::SkipIfEmpty;
pub(crate) use write::UpdateWrite;

/// Changes attributes of one item. Returned by [`Model::update`], [`Model::upsert`] and [`Model::modify`]; await it.
///
/// An update requires the item to exist: if it does not, the error is of kind `NotFound` and nothing is written. Only
/// `upsert` creates items. All attributes that the update does not name keep their values, including those that the
/// model does not declare.
///
/// Setting an attribute of an index key rewrites that key. The values of the key's other placeholders must then be
/// known: set them in the same update, use fields of the primary key, or declare them with [`assume`](Self::assume).
/// A `key_only` field that only index keys hold is such a value too; what `assume` says of it is compared with the old key.
/// The version and `updated_at` of a model are maintained automatically.
///
/// `add` and `subtract` on a number that a template of an index contains read the item first, with a consistent `GetItem` of
/// the fields on which indexes depend, and set the sum on the condition that the number is still the same. If another writer
/// was faster, the update is sent again with what is stored now, up to 16 times; the error is then `ConditionFailed` with the
/// attribute. [`modify`](Model::modify) starts from the local value and needs no read. In a transaction, such an addition
/// is an error of kind `Validation`. A number that is the key of an index itself is added to in one request.
///
/// If the response to an addition is lost, the SDK retries the request and the addition may count twice. A
/// [transaction](crate::transact_write) with a token prevents this.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users", hash_key = "USER#{id}")]
/// # struct User { id: u32, name: String, points: u64, nick: Option<String>, tags: Vec<String> }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # User::create_table().await?;
/// let mut user = User { id: 7, name: "Ann".into(), points: 5, nick: None, tags: vec![] };
/// user.create().await?;
///
/// let new = User::update(7)
///     .set(|u| u.nick, "annie")
///     .add(|u| u.points, 10)
///     .append(|u| u.tags, ["vip"])
///     .when(|u| u.points.ge(5))
///     .await?;
/// assert_eq!((new.nick.as_deref(), new.points), (Some("annie"), 15));
///
/// assert!(User::update(8).set(|u| u.name, "Bob").await.unwrap_err().is_not_found());
/// # Ok(())
/// # }).await
/// # }
/// ```
///
/// # Cost
///
/// One request for a write unit for each KB of the whole item, before or after the update, whichever is larger, rounded up,
/// and for those of the [index entries](crate::ItemSize::indexes) that change. What the update sends does not matter, and
/// a refused update is billed too.
///
/// An update that changes a unique value is a transaction, which costs twice the units of the item and of each item that
/// reserves a value. It reads the stored item first, unless [`modify`](crate::Model::modify),
/// [`update_from`](crate::Model::update_from) or [`assume`](Self::assume) say what is stored, and reads the new item
/// afterwards unless nothing is returned.
///
/// # Nested paths
///
/// A path such as `c.address.city` needs its parent. If the map `address` is not stored, the update fails with
/// `Validation`, and [`Error::attribute`](crate::Error::attribute) names the map. Either set the whole `address`, or call
/// [`create_parents`](Self::create_parents).
///
/// A path into a [variant of an enum](crate::expr::Path#variants-of-enums), such as `o.payment.card.last4`, requires that
/// the stored value is of this variant. If it is not, the update fails with `ConditionFailed`, and the error names `payment`.
///
/// # NULL
///
/// Other tools store NULL for an absent attribute. A model reads it as absent, and so does every action:
///
/// | action | on NULL |
/// |---|---|
/// | `set`, `set_or_remove`, `remove` | replaces or removes it |
/// | `set_if_absent` | sets the value |
/// | `add`, `subtract` | starts from 0 |
/// | `append`, `prepend` | starts from an empty list |
/// | `add_elements` | starts from an empty set |
/// | `delete_elements` | removes it |
/// | a path through it | like a path through an absent map |
/// | `set_raw`, a `subtract` of another path | `Validation`: DynamoDB rejects it |
/// | a `set` or `set_if_absent` that copies it | `Validation`, as for an absent attribute; the error names it |
///
/// DynamoDB does not count NULL as absent, so an update that meets one takes a second request, and a read if DynamoDB
/// does not return the item.
///
/// # Validators
///
/// An update runs the [validators](derive@crate::Model#validators) of the fields that it sets, before it is sent.
/// [`update_from`](Model::update_from) runs those of the whole value. The result of `add`, `append`, another computation
/// or a change inside of a validated field is not known before it is written, so it fails with `Validation`.
///
/// # Numbers that fit
///
/// `add` and `subtract` on an integer are conditional on a result that its type can hold. Otherwise the update fails
/// with `ConditionFailed` and names the attribute. A condition cannot compute, so a sum with another path is not checked.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "UpdateItem")]
pub struct Update<'a, M, T = M> {
    target: Result<ErasedTarget<'a>>,
    call: CallOptions,
    options: UpdateOptions,
    finish: fn(Outcome) -> T,
    model: PhantomData<fn() -> M>,
}

#[derive(Default)]
pub(crate) struct UpdateOptions {
    mode: Mode,
    pub(crate) actions: Actions,
    condition: Option<Tree>,
    /// What the stored item is expected to hold. Each is a condition.
    assumptions: Vec<Assumption>,
    /// The bounds within which the results of computations fit their fields. Each is a condition.
    fits: Vec<Fit>,
    returns: Returns,
    create_parents: bool,
    sink: Option<Box<dyn ReadSink>>,
    customize: Option<Customize<'static, UpdateItemFluentBuilder>>,
    /// The TTL that the call sets.
    ttl: Option<Duration>,
    /// The version that the stored item must have, if it differs from the local value's.
    version: Option<u64>,
    /// The item that the update starts from, if it has unique values or fields that only keys of indexes hold.
    known: Option<Item>,
}

/// Which item the service returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Returns {
    #[default]
    New,
    Old,
    Nothing,
}

impl UpdateOptions {
    pub(crate) fn returning_nothing(
        mode: Mode,
        customize: Option<Customize<'static, UpdateItemFluentBuilder>>,
    ) -> Self {
        UpdateOptions { mode, returns: Returns::Nothing, customize, ..UpdateOptions::default() }
    }

    /// Whether the update changes nothing. Conditions are not changes, and an upsert may create the item.
    fn is_empty(&self) -> bool {
        self.mode != Mode::Upsert && self.actions.is_empty() && self.ttl.is_none()
    }
}

impl<M, T> std::fmt::Debug for Update<'_, M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Update").finish_non_exhaustive()
    }
}

impl<M: Model> Update<'static, M> {
    pub(crate) fn by_key(key: Result<RawKey>) -> Self {
        let target = ErasedTarget::by_key(ModelVTable::of::<M>(), key);
        let options = UpdateOptions { sink: Some(Decoder::<M>::model().one_sink()), ..UpdateOptions::default() };
        Update { target, call: CallOptions::default(), options, finish: new_item::<M>, model: PhantomData }
    }

    pub(crate) fn or_create(mut self) -> Self {
        self.options.mode = Mode::Upsert;
        self
    }
}

impl<'a, M: Model> Update<'a, M, ()> {
    pub(crate) fn of(value: &'a mut M) -> Self {
        let target = ErasedTarget::modified(value);
        let options = UpdateOptions { sink: Some(Decoder::<M>::model().one_sink()), ..UpdateOptions::default() };
        Update { target, call: CallOptions::default(), options, finish: |_| (), model: PhantomData }
    }

    /// Builds an update from the differences between two values of one item.
    pub(crate) fn from_difference(value: &'a mut M, old: &M) -> Self {
        let items = old.to_item().and_then(|old| Ok((old, value.to_item()?)));
        let mut update = Update::of(value);
        update.options.mode = Mode::Difference;
        let differs = items.and_then(|(old, new)| Ok((difference(M::SCHEMA, Form::of::<M>(), &old, &new)?, old)));
        match differs {
            Ok((actions, old)) => {
                update.options.actions = actions;
                let is_needed = !M::SCHEMA.unique.is_empty() || !M::SCHEMA.index_only.is_empty();
                update.options.known = Some(old).filter(|_| is_needed);
            }
            Err(error) => update.target = Err(error),
        }
        update.options.version = old.__version();
        update
    }
}

/// Decodes the item that the service returns after an update.
fn new_item<M: Model>(done: Outcome) -> M {
    match done.first::<M>() {
        Some(item) => item,
        // The executor turns a response without the item into an error.
        None => unreachable!("an update without its item is an error"),
    }
}

impl<'a, M: Model, T> Update<'a, M, T> {
    call_options!(call, hooks);

    /// Sets the item to expire `ttl` from now, regardless of its model and the client. The expiry is rounded up to
    /// a whole second; a `ttl` of zero is an error of kind `Validation`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::update(("ann", 1)).set(|o| o.note, "draft").ttl(std::time::Duration::from_hours(1)).await?;
    /// assert!(order.expires_at.is_some());
    /// # Ok(()) }) }
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.options.ttl = Some(ttl);
        self
    }

    refresh_options!(
        call,
        "It is part of the same request. If the item has a later expiry or none, DynamoDB refuses that request and \
         a second one without the refresh follows."
    );

    condition_options!("Writes");

    fn guarded(mut self, condition: Tree) -> Self {
        self.options.condition = Some(condition.and_maybe(self.options.condition.take()));
        self
    }

    /// Creates the maps that nested paths lead through, if they are not stored. NULL counts as not stored.
    ///
    /// The update is first sent unchanged. If DynamoDB rejects a path, the item is read, and a second request sets the
    /// missing map together with everything that the update sets in it. Both requests are conditional, so an update that
    /// fails changes nothing. The read and the second request are billed only if a map was missing.
    ///
    /// Use it for maps, and for structs whose other fields are optional or have defaults: a new map holds only what the
    /// update sets. Lists are not created. An `upsert` may create the item with such maps.
    ///
    /// ```
    /// # use singlet::{Attribute, Client, ErrorKind, Model};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// #[derive(Debug, Attribute)]
    /// struct Settings {
    ///     theme: Option<String>,
    ///     font: Option<String>,
    /// }
    ///
    /// #[derive(Debug, Model)]
    /// #[model(table = "users", hash_key = "USER#{id}")]
    /// struct User {
    ///     id: u32,
    ///     settings: Option<Settings>,
    /// }
    ///
    /// User::create_table().await?;
    /// User { id: 7, settings: None }.create().await?;
    /// let error = User::update(7).set(|u| u.settings.theme, "dark").await.unwrap_err();
    /// assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("settings")));
    ///
    /// let user = User::update(7).set(|u| u.settings.theme, "dark").create_parents().await?;
    /// assert_eq!(user.settings.unwrap().theme.as_deref(), Some("dark"));
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn create_parents(mut self) -> Self {
        self.options.create_parents = true;
        self
    }

    customize_option!(options.customize, UpdateItemFluentBuilder);

    /// Returns the item as it was before the update, or `None` if an upsert created it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let old = Order::update(("ann", 1)).set(|o| o.total, 15).return_old().await?;
    /// assert_eq!(old.unwrap().total, 10);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnValues")]
    pub fn return_old(mut self) -> Update<'a, M, Option<M>> {
        self.options.returns = Returns::Old;
        self.options.sink = Some(Decoder::<M>::model().one_sink());
        Update {
            target: self.target,
            call: self.call,
            options: self.options,
            finish: Outcome::first::<M>,
            model: PhantomData,
        }
    }

    /// Returns nothing, and the service sends no item back. Use it when the new item is not needed, to save traffic.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::update(("ann", 1)).set(|o| o.total, 15).return_nothing().await?;
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnValues")]
    pub fn return_nothing(mut self) -> Update<'a, M, ()> {
        self.options.returns = Returns::Nothing;
        self.options.sink = None;
        Update { target: self.target, call: self.call, options: self.options, finish: |_| (), model: PhantomData }
    }

    detailed_option!('a, T);

    explain_option!(call, executor, M::SCHEMA.sensitive);

    /// Returns the write, to be sent alone or in a transaction.
    pub(crate) fn into_write(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        let (target, options) = (self.target, self.options);
        let write = target.map(|target| Box::new(UpdateWrite::of::<M>(target, options)) as Box<dyn Write + 'a>);
        (write.map_err(|error| error.with_model(M::SCHEMA.model)), self.call)
    }

    fn executor(self) -> BoxFuture<'a, Result<Outcome>> {
        let (write, call) = self.into_write();
        executor::run(write, call, OptionalRequests::of::<M>())
    }

    fn finish(&self) -> fn(Outcome) -> T {
        self.finish
    }
}

impl<'a, M: Model, T> IntoFuture for Update<'a, M, T> {
    type Output = Result<T>;
    type IntoFuture = OperationFuture<'a, T>;

    fn into_future(self) -> Self::IntoFuture {
        let finish = self.finish;
        OperationFuture::new(self.executor(), finish)
    }
}
