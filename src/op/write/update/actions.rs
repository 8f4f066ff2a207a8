//! The actions of an update, with the types of their paths and values.

use super::Update;
use super::assumption::Assumption;
use super::fit::Fit;
use crate::attribute::Form;
use crate::expr::{
    Action, Addable, Addend, Comparator, Computable, ListOf, Operand, PathTo, Removable, Segment, SetOf, Settable,
    Summable, Term, Tree,
};
use crate::key::FieldPath;
use crate::schema::{IndexKeys, ModelSchema};
use crate::{Attribute, Model, RawExpression, ValueFor};

impl<M: Model, T> Update<'_, M, T> {
    fn act<P: PathTo<M>>(mut self, path: impl FnOnce(M::Fields) -> P, action: Action) -> Self {
        self.options.actions.push(path(M::FIELDS).segments(), action);
        self
    }

    /// Sets the attribute to a value or to the value of another path (`Customer::FIELDS.email`).
    ///
    /// An empty set cannot be stored, so it removes the attribute.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::update(("ann", 1)).set(|o| o.note, "gift").set(|o| o.total, 15).await?;
    /// assert_eq!((order.note.as_deref(), order.total), (Some("gift"), 15));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "SET")]
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

    /// Sets the attribute to a value, or leaves it as it is if the value is `None`.
    ///
    /// Use it for updates that consist of optional parts, such as the body of a `PATCH` request. If all of them are
    /// `None`, the update [is empty](Self::is_empty). To remove the attribute for `None`, use
    /// [`set_or_remove`](Self::set_or_remove).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let (total, note): (Option<u64>, Option<&str>) = (Some(15), None);
    /// let order = Order::update(("ann", 1)).set_if_some(|o| o.total, total).set_if_some(|o| o.note, note).await?;
    /// assert_eq!((order.total, order.note), (15, None));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "SET")]
    pub fn set_if_some<P: PathTo<M>, V, K>(self, path: impl FnOnce(M::Fields) -> P, value: Option<V>) -> Self
    where
        P::Role: Settable,
        V: Operand<M, <P::Declared as Attribute>::Value, K>,
    {
        match value {
            Some(value) => self.set(path, value),
            None => self,
        }
    }

    /// Sets the attribute to a value, or removes the attribute if the value is `None`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let note: Option<&str> = None; // for example an empty field of a form
    /// let order = Order::update(("ann", 1)).set_or_remove(|o| o.note, note).await?;
    /// assert_eq!(order.note, None);
    /// # Ok(()) }) }
    /// ```
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
    #[doc(alias = "UpdateExpression")]
    pub fn set_raw<P: PathTo<M>>(self, path: impl FnOnce(M::Fields) -> P, expression: impl Into<RawExpression>) -> Self
    where
        P::Role: Computable,
    {
        self.act(path, Action::SetRaw(expression.into()))
    }

    /// Sets the attribute if the item does not have it. NULL counts as absent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::update(("ann", 1)).set_if_absent(|o| o.note, "first").await?;
    /// let order = Order::update(("ann", 1)).set_if_absent(|o| o.note, "second").await?;
    /// assert_eq!(order.note.as_deref(), Some("first"));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "if_not_exists")]
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
    ///
    /// If the result does not fit the integer type of the attribute, the update fails with `ConditionFailed`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::update(("ann", 1)).add(|o| o.total, 5).await?;
    /// assert_eq!(order.total, 15);
    /// # Ok(()) }) }
    /// ```
    pub fn add<P: PathTo<M>, K>(
        mut self,
        path: impl FnOnce(M::Fields) -> P,
        number: impl Addend<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Summable,
        <P::Declared as Attribute>::Kind: Addable,
    {
        let (mut path, mut number) = (path(M::FIELDS).segments(), number.term());
        self.options.actions.enter(&mut path, Some(&mut number));
        self.options.fits.extend(Fit::of_sum(&path, &number, form_of::<P::Declared>()));
        self.options.actions.push(path, Action::Plus(number));
        self
    }

    /// Subtracts from a number. An absent number counts as 0.
    ///
    /// If the result does not fit the integer type of the attribute, the update fails with `ConditionFailed`: an unsigned
    /// attribute never becomes negative.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let mut order = Order::builder().customer("ann").id(7).total(40).build();
    /// order.create().await?;
    /// assert_eq!(Order::update(("ann", 7)).subtract(|o| o.total, 30).await?.total, 10);
    /// let error = Order::update(("ann", 7)).subtract(|o| o.total, 30).await.unwrap_err();
    /// assert!(error.is_condition_failed());
    /// assert_eq!(error.attribute(), Some("total"));
    /// # Ok(()) }) }
    /// ```
    pub fn subtract<P: PathTo<M>, K>(
        mut self,
        path: impl FnOnce(M::Fields) -> P,
        number: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self
    where
        P::Role: Summable,
        <P::Declared as Attribute>::Kind: Addable,
    {
        let (mut path, mut number) = (path(M::FIELDS).segments(), number.term());
        self.options.actions.enter(&mut path, Some(&mut number));
        self.options.fits.extend(Fit::of_difference(&path, &number, form_of::<P::Declared>()));
        self.options.actions.push(path, Action::Minus(number));
        self
    }

    /// Appends elements to a list. An absent list counts as empty.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::update(("ann", 1)).append(|o| o.lines, [1, 2]).await?;
    /// assert_eq!(order.lines, [1, 2]);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "list_append")]
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::update(("ann", 1)).append(|o| o.lines, [3]).await?;
    /// let order = Order::update(("ann", 1)).prepend(|o| o.lines, [1, 2]).await?;
    /// assert_eq!(order.lines, [1, 2, 3]);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "list_append")]
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::update(("ann", 1)).set(|o| o.note, "gift").await?;
    /// let order = Order::update(("ann", 1)).remove(|o| o.note).await?;
    /// assert_eq!(order.note, None);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "REMOVE")]
    pub fn remove<P: PathTo<M>>(self, path: impl FnOnce(M::Fields) -> P) -> Self
    where
        P::Declared: Removable<P::Role>,
    {
        self.act(path, Action::Remove)
    }

    /// Adds elements to a set (DynamoDB's `ADD`). An absent set counts as empty; without elements, nothing changes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::update(("ann", 1)).add_elements(|o| o.tags, ["paid", "gift"]).await?;
    /// assert!(order.tags.contains("paid"));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ADD")]
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// Order::update(("ann", 1)).add_elements(|o| o.tags, ["paid", "gift"]).await?;
    /// let order = Order::update(("ann", 1)).delete_elements(|o| o.tags, ["gift"]).await?;
    /// assert_eq!(order.tags.len(), 1);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "DELETE")]
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

    /// Declares the stored value of an attribute that an index key needs and that this update does not set, or of a
    /// `unique` attribute that it changes, which saves the read of the old value.
    ///
    /// The value becomes a condition: if the item has another one, the error is of kind `ConditionFailed` and names the
    /// attribute. If `value` is the default of the field, an item without the attribute has it too.
    ///
    /// ```
    /// # use singlet::{Model, Table};
    /// #[derive(Table)]
    /// #[table(name = "tickets", hash_key = "pk", entity = "_type")]
    /// #[table(index(name = "by_state", hash_key = "team_state"))]
    /// struct Tickets;
    /// #[derive(Model)]
    /// #[model(table = Tickets, hash_key = "TICKET#{id}")]
    /// #[model(index(by_state, hash_key = "{team}#{state}"))]
    /// struct Ticket {
    ///     id: u32,
    ///     team: String,
    ///     state: String,
    /// }
    /// // The index key contains the team, which this update does not set.
    /// let request = Ticket::update(7).set(|t| t.state, "done").assume(|t| t.team, "red").explain()?;
    /// assert!(request.body().contains("red#done"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn assume<P: PathTo<M>, K>(
        mut self,
        path: impl FnOnce(M::Fields) -> P,
        value: impl Operand<M, <P::Declared as Attribute>::Value, K>,
    ) -> Self {
        let path = path(M::FIELDS).segments();
        match (assumed_field(M::SCHEMA, &path), value.term()) {
            (Some(field), Term::Value(Ok(value))) => {
                self.options.assumptions.push(Assumption::new(M::SCHEMA, field, Some(value)));
                self
            }
            // No key is made from another nested attribute or from a value that is not known, so this is an ordinary condition.
            (_, value) => self.guarded(Tree::Compare(Term::Path(path), Comparator::Eq, value)),
        }
    }

    /// Declares that the stored item has no value of an attribute, such as of the optional last part of an index key that this
    /// update changes otherwise. It becomes a condition, as the value of [`assume`](Self::assume) does.
    ///
    /// ```
    /// # use singlet::{Model, Table};
    /// #[derive(Table)]
    /// #[table(name = "tickets", hash_key = "pk", entity = "_type")]
    /// #[table(index(name = "by_team", hash_key = "team", range_key = "state_due"))]
    /// struct Tickets;
    /// #[derive(Model)]
    /// #[model(table = Tickets, hash_key = "TICKET#{id}")]
    /// #[model(index(by_team, hash_key = team, range_key = "{state}#{due?}"))]
    /// struct Ticket {
    ///     id: u32,
    ///     team: String,
    ///     state: String,
    ///     due: Option<u32>,
    /// }
    /// let request = Ticket::update(7).set(|t| t.state, "open").assume_absent(|t| t.due).explain()?;
    /// assert!(request.body().contains("open#") && request.body().contains("attribute_not_exists"));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn assume_absent<P: PathTo<M>>(mut self, path: impl FnOnce(M::Fields) -> P) -> Self {
        let path = path(M::FIELDS).segments();
        let Some(field) = assumed_field(M::SCHEMA, &path) else { return self.guarded(Tree::lacks(path)) };
        // Without the attribute, the item has the default.
        let value = M::SCHEMA.default_at(field);
        self.options.assumptions.push(Assumption::new(M::SCHEMA, field, value));
        self
    }
}

/// The field that an assumption is about; `None` for a nested or index-only one that no key is made from.
fn assumed_field(schema: &ModelSchema, path: &[Segment]) -> Option<FieldPath> {
    match path {
        [Segment::Name(field)] => Some(FieldPath::attribute(field)),
        path => schema.index_keys.iter().flat_map(IndexKeys::dependencies).find(|field| field.segments() == path),
    }
}

/// Returns the form of the value in an attribute.
fn form_of<D: Attribute>() -> Form {
    <D::Value as Attribute>::FORM
}

fn elements<P: PathTo<M>, M, V>(values: impl IntoIterator<Item = V>) -> Term
where
    <P::Declared as Attribute>::Value: SetOf + FromIterator<<<P::Declared as Attribute>::Value as SetOf>::Item>,
    V: ValueFor<<<P::Declared as Attribute>::Value as SetOf>::Item>,
{
    let set: <P::Declared as Attribute>::Value = values.into_iter().map(ValueFor::into_value).collect();
    Term::of(&set)
}
