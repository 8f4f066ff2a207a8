use super::Attribute;

/// A type that can hold when an item was made or changed: `#[model(created_at)]`, `#[model(updated_at)]`.
///
/// It is implemented for the date-times of `time` and `chrono`, for integers (epoch milliseconds),
/// and for an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a timestamp",
    label = "not a timestamp",
    note = "use `time::OffsetDateTime`, `chrono::DateTime<Utc>`, `i64` or `u64` (epoch milliseconds), or an `Option` of one"
)]
pub trait Timestamp: Attribute + Clone + Send {
    /// The time so many milliseconds after 1970.
    fn at(epoch_millis: i64) -> Self;

    /// Whether nobody has set it: `None`, or the epoch itself.
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
    /// A time out of the range of the type is 1970.
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
    /// A time out of the range of the type is 1970.
    fn at(epoch_millis: i64) -> Self {
        chrono::DateTime::from_timestamp_millis(epoch_millis).unwrap_or_default()
    }

    fn is_unset(&self) -> bool {
        self.timestamp_millis() == 0
    }
}
