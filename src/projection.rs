//! Projections: structs that hold some of a model's attributes.
//!
//! The derive of `Projection` calls the constant functions here, so the compiler checks a projection's fields against
//! its model. Reads with `.select::<T>()` decode items with them.

pub(crate) mod fields;
mod reads_from;

pub use fields::SelectFields;
use reads_from::ReadsFrom;
pub use reads_from::Wraps;

use crate::Model;
use crate::attribute::names;
use crate::expr::{PathTo, Readable};
use crate::item;
use crate::schema::ModelSchema;
use crate::wire::{END, Fault, Reader, UNKNOWN};

/// A struct of some of a model's attributes. Derive it; see [`derive@crate::Projection`] for the attributes.
///
/// Use it in `.select::<T>()` of gets, batches of gets, queries and scans, to transfer and decode only what you need.
/// DynamoDB still bills the whole items.
///
/// ```
/// use singlet::{Model, Projection};
///
/// #[derive(Model)]
/// #[model(table = "users", hash_key = "USER#{id}", rename_all = "camelCase")]
/// struct User {
///     id: u32,
///     first_name: String,
///     email: Option<String>,
/// }
///
/// #[derive(Projection)]
/// #[projection(of = User)]
/// struct Greeting {
///     first_name: String,
/// }
///
/// assert_eq!(Greeting::NAMES, ["firstName"]);
/// let request = User::query(7).select::<Greeting>().explain()?;
/// assert!(request.body().contains("ProjectionExpression"));
/// # Ok::<(), singlet::Error>(())
/// ```
#[doc(alias = "ProjectionExpression")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection of a model",
    note = "add `#[derive(Projection)]` and `#[projection(of = ..)]` to `{Self}`"
)]
pub trait Projection: Sized + Send + Sync + 'static {
    /// The model.
    type Of: Model;

    /// The stored names of the attributes, in the order of the fields.
    const NAMES: &'static [&'static str];

    /// Reads the item at the reader's position. The reader ends up after the item, even after most faults.
    #[doc(hidden)]
    fn __read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

/// The type that `#[projection(of = ..)]` names, so that a type that is not a model is reported once.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Modelled {
    /// The model.
    type Model: Model<HashParts = Self::HashParts>;

    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Modelled for M {
    type Model = M;
    type HashParts = <M as Model>::HashParts;
}

/// What the derive generates for reading.
#[doc(hidden)]
pub trait Projected: Projection {
    /// One `Option` for each field.
    type Slots: Default;

    fn field_of(name: &[u8]) -> u8;
    fn fill(slots: &mut Self::Slots, field: u8, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn finish(slots: Self::Slots) -> Result<Self, Fault>;
}

/// [`Projection::__read`] of a derived projection.
#[doc(hidden)]
pub fn read_projection<T: Projected>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    item::check_own_key(reader, T::Of::SCHEMA)?;
    item::check_schema(reader, T::Of::SCHEMA)?;
    let start = reader.mark();
    read_fields(reader).map_err(|fault| item::fault_in_item(reader, &start, fault, T::Of::SCHEMA))
}

fn read_fields<T: Projected>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    let mut slots = T::Slots::default();
    let mut field = reader.enter(T::field_of)?;
    while field != END {
        if let Err(fault) = T::fill(&mut slots, field, reader) {
            // A former name has no number here. Its faults are kept with it until the item is complete.
            return Err(fault.inside(T::NAMES.get(usize::from(field)).copied().unwrap_or_default()));
        }
        field = reader.advance(T::field_of)?;
    }
    T::finish(slots)
}

/// How a field of a projection is read from the attribute of its model.
///
/// There is one constant for each field, so that a field of the wrong type is reported once.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldReader<T> {
    pub fill: fn(&mut Option<T>, &mut Reader<'_>) -> Result<(), Fault>,
    pub take: fn(Option<T>, &'static str) -> Result<T, Fault>,
}

/// How a field of type `T` is read from the attribute at `path`. `Mark` is inferred.
#[doc(hidden)]
pub const fn field_reader<M, P: PathTo<M, Role: Readable>, T: ReadsFrom<P::Declared, Mark>, Mark>(
    _: &P,
) -> FieldReader<T> {
    FieldReader { fill: T::fill, take: T::take }
}

/// The stored name of a model's field; empty if the model has no such field, which is reported elsewhere.
#[doc(hidden)]
pub const fn attribute_of(model: &ModelSchema, field: &str) -> &'static str {
    // An index loop: iterators and `==` on strings are not available in constants.
    let mut i = 0;
    while i < model.fields.len() {
        if names::is_same(model.fields[i].field, field) {
            return model.fields[i].attribute;
        }
        i += 1;
    }
    ""
}

/// The names that items may have instead of the stored name of a model's field.
#[doc(hidden)]
pub const fn former_of(model: &ModelSchema, field: &str) -> &'static [&'static str] {
    let mut i = 0;
    while i < model.fields.len() {
        if names::is_same(model.fields[i].field, field) {
            return model.fields[i].former;
        }
        i += 1;
    }
    &[]
}

/// The number of the former name `name` among those of all fields of a projection, counted from `first`.
#[doc(hidden)]
#[must_use]
pub fn former_number(former: &[&[&str]], first: u8, name: &[u8]) -> u8 {
    let position = former.iter().copied().flatten().position(|known| known.as_bytes() == name);
    // A model has at most 240 names.
    position.and_then(|position| first.checked_add(u8::try_from(position).ok()?)).unwrap_or(UNKNOWN)
}

/// The field with the former name of this number, counted from 0, its rank among the names of the field, and the name.
#[doc(hidden)]
#[must_use]
pub fn former_name(former: &[&'static [&'static str]], number: u8) -> (u8, u8, &'static str) {
    let mut ranked =
        (0..).zip(former).flat_map(|(field, names)| (1..).zip(*names).map(move |(rank, name)| (field, rank, *name)));
    ranked.nth(usize::from(number)).unwrap_or((UNKNOWN, 0, ""))
}

/// The attribute that names the entity; empty if the table has none.
#[doc(hidden)]
pub const fn entity_attribute(model: &ModelSchema) -> &'static str {
    match model.entity {
        Some(entity) => entity.attribute.name,
        None => "",
    }
}

/// The value of the entity attribute in items of the model.
#[doc(hidden)]
pub const fn entity_name(model: &ModelSchema) -> &'static str {
    match model.entity {
        Some(entity) => entity.name,
        None => "",
    }
}

/// The further values of the entity attribute in items of the model.
#[doc(hidden)]
pub const fn entity_aliases(model: &ModelSchema) -> &'static [&'static str] {
    match model.entity {
        Some(entity) => entity.aliases,
        None => &[],
    }
}

/// Whether an item without the entity attribute is accepted as one of the model.
#[doc(hidden)]
pub const fn is_entity_optional(model: &ModelSchema) -> bool {
    match model.entity {
        Some(entity) => entity.optional,
        None => true,
    }
}

/// Whether the model has a default for the field.
#[doc(hidden)]
pub const fn has_default(model: &ModelSchema, field: &str) -> bool {
    let mut i = 0;
    while i < model.fields.len() {
        if names::is_same(model.fields[i].field, field) {
            return model.fields[i].defaulted;
        }
        i += 1;
    }
    false
}
