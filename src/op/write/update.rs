//! `update`, `upsert` and `modify`: change attributes of an item.

mod difference;
mod effect;
mod index_keys;
mod parents;
mod refresh;
mod write;

use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use crate::expr::{
    Action, Actions, Addable, Addend, Comparator, Computable, ListOf, Operand, PathTo, Removable, Segment, SetOf,
    Settable, Term, Tree,
};
use crate::key::RawKey;
use crate::op::engine::context::CallOptions;
use crate::op::engine::explain;
use crate::op::engine::explain::Request;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{call_options, condition_options, refresh_options};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::response::Response;
use crate::op::engine::send::Customize;
use crate::op::engine::vtable::ErasedTarget;
use crate::op::write::executor::{self, Write};
use crate::splice::{ReadSink, VecSink};
use crate::{Attribute, Model, RawExpression, Result, ValueFor};
use difference::difference;
pub(crate) use write::{Mode, UpdateWrite};

/// Changes attributes of one item. Returned by [`Model::update`], [`Model::upsert`] and [`Model::modify`]; await it.
///
/// An update requires the item to exist: if it does not, the error is of kind `NotFound` and nothing is written. Only
/// `upsert` creates items. All attributes that the update does not name keep their values, including those that the
/// model does not declare.
///
/// Setting an attribute of an index key rewrites that key. The values of the key's other placeholders must then be
/// known: set them in the same update, use fields of the primary key, or declare them with [`assume`](Self::assume).
/// The version and `updated_at` of a model are maintained automatically.
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
/// # Nested paths
///
/// A path such as `c.address.city` needs its parent: if the map `address` is absent, DynamoDB rejects the update
/// (`Validation`). Either set the whole `address`, or call [`create_parents`](Self::create_parents).
#[must_use = "an operation does nothing until it is awaited"]
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
    /// Attributes whose stored values the caller assumes. Conditions verify them.
    given: Vec<(&'static str, Term)>,
    returns: Returns,
    create_parents: bool,
    sink: Option<Box<dyn ReadSink>>,
    customize: Option<Customize<'static, UpdateItemFluentBuilder>>,
    detailed: bool,
    /// The TTL that the call sets.
    ttl: Option<Duration>,
    /// The version that the stored item must have, if it differs from the local value's.
    version: Option<u64>,
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
    pub(crate) fn returning_nothing(mode: Mode, detailed: bool) -> Self {
        UpdateOptions { mode, returns: Returns::Nothing, detailed, ..UpdateOptions::default() }
    }
}

impl<M, T> std::fmt::Debug for Update<'_, M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Update").finish_non_exhaustive()
    }
}

impl<M: Model> Update<'static, M> {
    pub(crate) fn by_key(key: Result<RawKey>) -> Self {
        let target = key.map(ErasedTarget::by_key::<M>);
        let options = UpdateOptions { sink: Some(VecSink::<M>::one()), ..UpdateOptions::default() };
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
        let options = UpdateOptions { sink: Some(VecSink::<M>::one()), ..UpdateOptions::default() };
        Update { target, call: CallOptions::default(), options, finish: |_| (), model: PhantomData }
    }

    /// Builds an update from the differences between two values of one item.
    pub(crate) fn from_difference(value: &'a mut M, old: &M) -> Self {
        let items = old.to_item().and_then(|old| Ok((old, value.to_item()?)));
        let mut update = Update::of(value);
        update.options.mode = Mode::Difference;
        let made = items.and_then(|(old, new)| difference(M::SCHEMA, &old, &new, &mut update.options));
        update.target = made.and(update.target);
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

    fn act<P: PathTo<M>>(mut self, path: impl FnOnce(M::Fields) -> P, action: Action) -> Self {
        self.options.actions.push(path(M::FIELDS).segments(), action);
        self
    }

    /// Sets the attribute to a value or to the value of another path (`Customer::FIELDS.email`).
    ///
    /// An empty set cannot be stored, so it removes the attribute.
    pub fn set<P: PathTo<M>, K>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        value: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Settable,
    {
        self.act(path, Action::Set(value.term()))
    }

    /// Sets the attribute to a value, or removes the attribute if the value is `None`.
    pub fn set_or_remove<P: PathTo<M>, V>(self, path: impl FnOnce(M::Fields) -> P, value: Option<V>) -> Self
    where
        P::Role: Settable,
        P::Declared: Removable<P::Role>,
        V: ValueFor<<P::Declared as Attribute>::Value>,
    {
        self.act(path, value.map_or(Action::Remove, |value| Action::Set(Term::of(&value.into_value()))))
    }

    /// Sets the attribute to the result of a DynamoDB expression, which may use `+`, `-`, `if_not_exists` and
    /// `list_append`.
    ///
    /// ```
    /// # use singlet::{Model, RawExpression};
    /// # #[derive(Model)]
    /// # #[model(table = "carts", hash_key = "CART#{id}")]
    /// # struct Cart { id: u32, net: u64, tax: u64, total: u64 }
    /// let sum = RawExpression::new("#net + #tax").name("#net", "net").name("#tax", "tax");
    /// let request = Cart::update(7).set_raw(|c| c.total, sum).explain()?;
    /// assert!(request.body().contains("= #net + #tax"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn set_raw<P: PathTo<M>>(self, path: impl FnOnce(M::Fields) -> P, expression: impl Into<RawExpression>) -> Self
    where
        P::Role: Computable,
    {
        self.act(path, Action::SetRaw(expression.into()))
    }

    /// Sets the attribute if the item does not have it.
    pub fn set_if_absent<P: PathTo<M>, K>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        value: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Computable,
    {
        self.act(path, Action::SetIfAbsent(value.term()))
    }

    /// Adds to a number. An absent number counts as 0.
    pub fn add<P: PathTo<M>, K>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        number: impl Addend<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Kind: Addable,
    {
        self.act(path, Action::Plus(number.term()))
    }

    /// Subtracts from a number. An absent number counts as 0.
    ///
    /// DynamoDB numbers have no unsigned type. For an unsigned field, add a condition such as `.when(|c|
    /// c.points.ge(n))`; otherwise the item may end up with a negative number that cannot be decoded.
    pub fn subtract<P: PathTo<M>, K>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        number: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Kind: Addable,
    {
        self.act(path, Action::Minus(number.term()))
    }

    /// Appends elements to a list. An absent list counts as empty.
    pub fn append<P: PathTo<M>, V>(self, path: impl FnOnce(M::Fields) -> P, values: impl IntoIterator<Item = V>) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Value: ListOf,
        V: ValueFor<<<P::Declared as Attribute>::Value as ListOf>::Item>,
    {
        let values: Vec<_> = values.into_iter().map(ValueFor::into_value).collect();
        self.act(path, Action::Append(Term::of(&values)))
    }

    /// Inserts elements at the start of a list, in the given order. An absent list counts as empty.
    pub fn prepend<P: PathTo<M>, V>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        values: impl IntoIterator<Item = V>,
    ) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Value: ListOf,
        V: ValueFor<<<P::Declared as Attribute>::Value as ListOf>::Item>,
    {
        let values: Vec<_> = values.into_iter().map(ValueFor::into_value).collect();
        self.act(path, Action::Prepend(Term::of(&values)))
    }

    /// Removes an `Option` attribute, an element of a list or an entry of a map. The elements after a removed one
    /// move up.
    pub fn remove<P: PathTo<M>>(self, path: impl FnOnce(M::Fields) -> P) -> Self
    where
        P::Declared: Removable<P::Role>,
    {
        self.act(path, Action::Remove)
    }

    /// Adds elements to a set (DynamoDB's `ADD`). An absent set counts as empty; without elements, nothing changes.
    pub fn add_elements<P: PathTo<M>, V>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        values: impl IntoIterator<Item = V>,
    ) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Value: SetOf + FromIterator<<<P::Declared as Attribute>::Value as SetOf>::Item>,
        V: ValueFor<<<P::Declared as Attribute>::Value as SetOf>::Item>,
    {
        match elements::<P, M, V>(values) {
            Term::Absent => self,
            set => self.act(path, Action::AddElements(set)),
        }
    }

    /// Removes elements from a set (DynamoDB's `DELETE`). Removing the last element removes the attribute.
    pub fn delete_elements<P: PathTo<M>, V>(
        self,
        path: impl FnOnce(M::Fields) -> P,
        values: impl IntoIterator<Item = V>,
    ) -> Self
    where
        P::Role: Computable,
        <P::Declared as Attribute>::Value: SetOf + FromIterator<<<P::Declared as Attribute>::Value as SetOf>::Item>,
        V: ValueFor<<<P::Declared as Attribute>::Value as SetOf>::Item>,
    {
        match elements::<P, M, V>(values) {
            Term::Absent => self,
            set => self.act(path, Action::DeleteElements(set)),
        }
    }

    /// Declares the stored value of an attribute that an index key needs and that this update does not set. The value
    /// becomes a condition: if the item has another one, the error is of kind `ConditionFailed`.
    pub fn assume<P: PathTo<M>, K>(
        mut self,
        path: impl FnOnce(M::Fields) -> P,
        value: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self {
        match &path(M::FIELDS).segments()[..] {
            [Segment::Name(name)] => self.options.given.push((name, value.term())),
            // No key is made from a nested path, so this is an ordinary condition.
            nested => return self.guarded(Tree::Compare(Term::Path(nested.to_vec()), Comparator::Eq, value.term())),
        }
        self
    }

    /// Sets the item to expire `ttl` from now, regardless of its model and the client. The expiry is rounded up to
    /// a whole second; a `ttl` of zero is an error of kind `Validation`.
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

    /// Creates the maps that nested paths lead through, as empty maps, if they are absent.
    ///
    /// DynamoDB cannot do both in one request. For each level, an update of the same item is sent before this one and
    /// consumes the same capacity. If this update then fails, an empty map may remain. Use it for maps, and for
    /// structs whose fields are all optional or have defaults. It is not available in transactions.
    pub fn create_parents(mut self) -> Self {
        self.options.create_parents = true;
        self
    }

    /// Changes the SDK's request, for options that singlet does not expose.
    pub fn customize(
        mut self,
        f: impl FnOnce(UpdateItemFluentBuilder) -> UpdateItemFluentBuilder + Send + 'static,
    ) -> Self {
        self.options.customize = Some(Box::new(f));
        self
    }

    /// Returns the item as it was before the update, or `None` if an upsert created it.
    pub fn return_old(mut self) -> Update<'a, M, Option<M>> {
        self.options.returns = Returns::Old;
        self.options.sink = Some(VecSink::<M>::one());
        Update {
            target: self.target,
            call: self.call,
            options: self.options,
            finish: Outcome::first::<M>,
            model: PhantomData,
        }
    }

    /// Returns nothing, and the service sends no item back. Use it when the new item is not needed, to save traffic.
    pub fn return_nothing(mut self) -> Update<'a, M, ()> {
        self.options.returns = Returns::Nothing;
        self.options.sink = None;
        Update { target: self.target, call: self.call, options: self.options, finish: |_| (), model: PhantomData }
    }

    /// Also returns the metadata of the request: consumed capacity, attempts and request id.
    pub fn detailed(mut self) -> OperationFuture<'a, Response<T>>
    where
        T: 'a,
    {
        self.options.detailed = true;
        let value = self.finish;
        OperationFuture::detailed(self.executor(), value)
    }

    /// Returns the request that awaiting this operation would send. Nothing is sent, and no hook runs.
    pub fn explain(mut self) -> Result<Request> {
        explain::first_request(M::SCHEMA.sensitive, |explained| {
            self.call.explained = Some(explained);
            self.executor()
        })
    }

    /// Returns the write, to be sent alone or in a transaction.
    pub(crate) fn into_write(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        let (target, options) = (self.target, self.options);
        let write = target.map(|target| Box::new(UpdateWrite::new(target, options)) as Box<dyn Write + 'a>);
        (write.map_err(|error| error.with_model(M::SCHEMA.model)), self.call)
    }

    fn executor(self) -> BoxFuture<'a, Result<Outcome>> {
        let (write, call) = self.into_write();
        executor::run(write, call)
    }
}

fn elements<P: PathTo<M>, M, V>(values: impl IntoIterator<Item = V>) -> Term
where
    <P::Declared as Attribute>::Value: SetOf + FromIterator<<<P::Declared as Attribute>::Value as SetOf>::Item>,
    V: ValueFor<<<P::Declared as Attribute>::Value as SetOf>::Item>,
{
    let set: <P::Declared as Attribute>::Value = values.into_iter().map(ValueFor::into_value).collect();
    Term::of(&set)
}

impl<'a, M: Model, T> IntoFuture for Update<'a, M, T> {
    type Output = Result<T>;
    type IntoFuture = OperationFuture<'a, T>;

    fn into_future(self) -> Self::IntoFuture {
        let finish = self.finish;
        OperationFuture::new(self.executor(), finish)
    }
}
