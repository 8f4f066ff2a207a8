/// A value that can stand for `T` where singlet takes one: in keys and builders.
///
/// That is `T` itself, `&T`, `&str` for a `String`, and what a newtype with `#[derive(Attribute)]`
/// wraps for the newtype. (`Into` would break number literals.)
///
/// ```
/// use singlet::ValueFor;
///
/// fn name(value: impl ValueFor<String>) -> String {
///     value.into_value()
/// }
/// assert_eq!(name("Ann"), name(String::from("Ann")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for an attribute of type `{T}`",
    label = "expected `{T}`"
)]
pub trait ValueFor<T> {
    /// The value.
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
