use super::Attribute;

/// An integer that can be the version of an item: `#[model(version)]`.
///
/// Zero is a value that was never stored; every write adds one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the version of an item",
    label = "not a version",
    note = "a version is a `u32`, `u64`, `i32` or `i64`"
)]
pub trait Version: Attribute + Copy + Send {
    /// The version as a number.
    fn number(self) -> u64;

    /// The version after this one.
    fn next(self) -> Self;
}

macro_rules! versions {
    ($($type:ty),*) => {$(
        impl Version for $type {
            fn number(self) -> u64 {
                u64::try_from(self).unwrap_or_default()
            }

            fn next(self) -> Self {
                self.saturating_add(1)
            }
        }
    )*};
}
versions!(u32, u64, i32, i64);
