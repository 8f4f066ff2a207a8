//! The conversion that keys, builders and expressions apply to the values they take.

/// A value that singlet accepts instead of a `T`: in keys, builders and expressions.
///
/// These are `T` itself, `&T`, `&str` for a `String`, and for a newtype with `#[derive(Attribute)]` also what it
/// wraps. `Into` is not used because it would make the type of number literals ambiguous.
///
/// ```
/// use singlet::ValueFor;
///
/// fn name(value: impl ValueFor<String>) -> String {
///     value.into_value()
/// }
/// assert_eq!(name("Ann"), name(String::from("Ann")));
/// ```
///
/// Implement it for the values that your own types are made from, and builders, keys and expressions take them:
///
/// ```
/// use singlet::{Attribute, Model, ValueFor};
///
/// #[derive(Attribute)]
/// struct Email(String);
///
/// impl ValueFor<Email> for (&str, &str) {
///     fn into_value(self) -> Email {
///         Email(format!("{}@{}", self.0, self.1))
///     }
/// }
///
/// #[derive(Model)]
/// #[model(table = "users", hash_key = "USER#{id}")]
/// struct User {
///     id: u32,
///     email: Email,
/// }
///
/// let user = User::builder().id(7).email(("ann", "example.com")).build();
/// assert_eq!(user.email.0, "ann@example.com");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for an attribute of type `{T}`",
    label = "expected `{T}`"
)]
pub trait ValueFor<T> {
    /// Converts the value.
    fn into_value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T> ValueFor<T> for T {
    fn into_value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> ValueFor<T> for &T {
    fn into_value(self) -> T {
        self.clone()
    }
}

impl ValueFor<String> for &str {
    fn into_value(self) -> String {
        self.to_owned()
    }
}
