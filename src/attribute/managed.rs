//! The types of fields that writes maintain: versions and timestamps.

use super::Attribute;

/// An integer that can be the version of an item: `#[model(version)]`.
///
/// Zero means that the value was never stored. Every write adds one.
///
/// ```
/// use singlet::Version;
///
/// assert_eq!(7_u32.number(), 7);
/// assert_eq!(7_u32.next(), 8);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the version of an item",
    label = "not a version",
    note = "a version is a `u32`, `u64`, `i32` or `i64`"
)]
pub trait Version: Attribute + Copy + Send {
    /// The version as a number.
    fn number(self) -> u64;

    /// The version after this one. The greatest value of the type stays as it is.
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

/// A type that can hold the time of creation or of the last change: `#[model(created_at)]`, `#[model(updated_at)]`.
///
/// It is implemented for the date-times of `time` and `chrono`, for integers (epoch milliseconds), and for an `Option`
/// of one of these.
///
/// ```
/// use singlet::Timestamp;
///
/// assert_eq!(i64::at(1_700_000_000_000), 1_700_000_000_000);
/// assert!(0_i64.is_unset() && None::<i64>.is_unset());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a timestamp",
    label = "not a timestamp",
    note = "use `time::OffsetDateTime`, `chrono::DateTime<Utc>`, `i64` or `u64` (epoch milliseconds), or an `Option` of one"
)]
pub trait Timestamp: Attribute + Clone + Send {
    /// The time so many milliseconds after 1970-01-01T00:00:00Z.
    fn at(epoch_millis: i64) -> Self;

    /// Whether the field was never set: `None`, or the epoch itself.
    fn is_unset(&self) -> bool;
}

impl Timestamp for i64 {
    fn at(epoch_millis: i64) -> Self {
        epoch_millis
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

impl Timestamp for u64 {
    fn at(epoch_millis: i64) -> Self {
        u64::try_from(epoch_millis).unwrap_or_default()
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

impl<T: Timestamp> Timestamp for Option<T> {
    fn at(epoch_millis: i64) -> Self {
        Some(T::at(epoch_millis))
    }

    fn is_unset(&self) -> bool {
        self.as_ref().is_none_or(T::is_unset)
    }
}

#[cfg(feature = "time")]
impl Timestamp for time::OffsetDateTime {
    /// A time outside the range of the type becomes the epoch.
    fn at(epoch_millis: i64) -> Self {
        let nanos = i128::from(epoch_millis) * 1_000_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
    }

    fn is_unset(&self) -> bool {
        *self == time::OffsetDateTime::UNIX_EPOCH
    }
}

#[cfg(feature = "time")]
impl Timestamp for time::UtcDateTime {
    /// A time outside the range of the type becomes the epoch.
    fn at(epoch_millis: i64) -> Self {
        let nanos = i128::from(epoch_millis) * 1_000_000;
        time::UtcDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time::UtcDateTime::UNIX_EPOCH)
    }

    fn is_unset(&self) -> bool {
        *self == time::UtcDateTime::UNIX_EPOCH
    }
}

#[cfg(feature = "chrono")]
impl Timestamp for chrono::DateTime<chrono::Utc> {
    /// A time outside the range of the type becomes the epoch.
    fn at(epoch_millis: i64) -> Self {
        chrono::DateTime::from_timestamp_millis(epoch_millis).unwrap_or_default()
    }

    fn is_unset(&self) -> bool {
        self.timestamp_millis() == 0
    }
}
