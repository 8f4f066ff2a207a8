//! The optional last part of a range key, as in `"ORDER#{id}#{due?}"`: [`OptionalPart`].
//!
//! Without a value, the key ends after the separator that precedes the part. The part itself is never empty, so its text says
//! whether there is a value.

use super::format::{KeyFormat, KeyFormats};
use super::parser::PartText;
use super::part::KeyPart;
use super::text::KeyWriter;
use crate::ValueFor;
use crate::wire::Fault;

/// The optional last part of a range key, among the parts that a query takes: a value of type `T`, or `None`.
///
/// Compiler messages and [`IndexOf::RangeParts`](crate::IndexOf::RangeParts) name this type. Queries take the value itself, or
/// an `Option`: `eq` with `None` selects the items without a value.
///
/// ```
/// use singlet::{Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk")]
/// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
/// struct Shop;
///
/// #[derive(Model)]
/// #[model(table = Shop, hash_key = "TASK#{id}", range_key = "TASK")]
/// #[model(index(gsi1, hash_key = "OWNER#{owner}", range_key = "STATE#{state}#{due?}"))]
/// struct Task {
///     id: u32,
///     owner: String,
///     state: String,
///     due: Option<u32>,
/// }
///
/// let open = Task::index(Shop::GSI1).query("ann").eq("open");
/// let overdue = Task::index(Shop::GSI1).query("ann").eq("open").lt(("open", 20260301));
/// let some_day = Task::index(Shop::GSI1).query("ann").eq(("open", None));
/// # drop((open, overdue, some_day));
/// ```
#[derive(Debug)]
pub struct OptionalPart<T>(Option<T>);

impl<T> OptionalPart<T> {
    /// The value.
    #[doc(hidden)]
    pub fn into_option(self) -> Option<T> {
        self.0
    }
}

impl<T: KeyPart> KeyPart for OptionalPart<T> {
    const FORMATS: KeyFormats = T::FORMATS;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        if let Some(value) = &self.0 {
            value.write_part(key, format);
        }
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        // No value has this text, even if its type could write it.
        let value = if text.raw().is_empty() { None } else { Some(T::parse_part(text, format)?) };
        Ok(OptionalPart(value))
    }

    fn __is_none(&self) -> bool {
        self.0.is_none()
    }
}

// One impl for each form that `ValueFor<T>` has. A general one would overlap with those.
#[diagnostic::do_not_recommend]
impl<T> ValueFor<OptionalPart<T>> for T {
    fn into_value(self) -> OptionalPart<T> {
        OptionalPart(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> ValueFor<OptionalPart<T>> for &T {
    fn into_value(self) -> OptionalPart<T> {
        OptionalPart(Some(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl ValueFor<OptionalPart<String>> for &str {
    fn into_value(self) -> OptionalPart<String> {
        OptionalPart(Some(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T> ValueFor<OptionalPart<T>> for Option<T> {
    fn into_value(self) -> OptionalPart<T> {
        OptionalPart(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> ValueFor<OptionalPart<T>> for &Option<T> {
    fn into_value(self) -> OptionalPart<T> {
        OptionalPart(self.clone())
    }
}
