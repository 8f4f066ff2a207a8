//! The expiry of an item as an attribute: [`TTLAttribute`], and [`ExpiresIn`] to make one.
//!
//! Whether and when items expire by default is decided in [`ttl`](crate::ttl), not here.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use super::{Attribute, number};
use crate::clock;
use crate::wire::{Fault, Reader, Writer};

/// The time at which an item expires, in whole epoch seconds, stored as an N.
///
/// DynamoDB deletes an item within a few days after its TTL attribute has passed
/// ([AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html)). Until then it can still
/// be read, so check [`is_expired`](Self::is_expired).
///
/// *Now* is the [service's time](crate::Client::service_now) as the task's client knows it, otherwise as the default
/// client does, otherwise the system's time.
///
/// ```
/// use singlet::{ExpiresIn, TTLAttribute};
///
/// let ttl = ExpiresIn::hours(1);
/// assert!(!ttl.is_expired());
/// assert!(ttl.expires_in().unwrap().as_secs() <= 3600);
///
/// let past = TTLAttribute::from_epoch_seconds(1_700_000_000);
/// assert!(past.is_expired());
/// assert_eq!(past.expires_in(), None);
/// ```
#[doc(alias("TimeToLive", "TTL"))]
#[derive(Clone, Copy)]
pub struct TTLAttribute {
    seconds: i64,
    /// Whether the program has set it, rather than a default or what is stored. It takes no part in comparisons.
    is_explicit: bool,
}

impl TTLAttribute {
    /// The latest expiry: the last second of the year 9999. Later times saturate to it.
    // Later years have no RFC 3339 text, so that other tools could not show them.
    pub const MAX: TTLAttribute = TTLAttribute { seconds: 253_402_300_799, is_explicit: true };

    /// The expiry so many seconds after 1970-01-01T00:00:00Z, at most [`MAX`](Self::MAX).
    ///
    /// ```
    /// # use singlet::TTLAttribute;
    /// assert_eq!(TTLAttribute::from_epoch_seconds(1_700_000_000).to_string(), "1700000000");
    /// assert_eq!(TTLAttribute::from_epoch_seconds(i64::MAX), TTLAttribute::MAX);
    /// ```
    pub const fn from_epoch_seconds(seconds: i64) -> Self {
        if seconds > Self::MAX.seconds { Self::MAX } else { TTLAttribute { seconds, is_explicit: true } }
    }

    /// The expiry `ttl` from now, rounded up to a whole second, so that the item lives for at least `ttl`.
    ///
    /// [`ExpiresIn`] is shorter if the time is a whole number of seconds, minutes, hours, days or weeks.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use singlet::TTLAttribute;
    ///
    /// let ttl = TTLAttribute::after(Duration::from_millis(90_500));
    /// assert!(ttl.expires_in().unwrap() >= Duration::from_secs(90));
    /// ```
    pub fn after(ttl: Duration) -> Self {
        TTLAttribute::after_millis(clock::now_millis(), ttl)
    }

    /// The expiry `ttl` after a time in epoch milliseconds: the one rule for how a TTL becomes an expiry.
    ///
    /// It rounds up, because DynamoDB stores whole seconds: a TTL of n seconds lasts at least n seconds.
    pub(crate) fn after_millis(now: i64, ttl: Duration) -> Self {
        let nanos = i128::from(now).saturating_mul(1_000_000).saturating_add_unsigned(ttl.as_nanos());
        let seconds = nanos.saturating_add(999_999_999).div_euclid(1_000_000_000);
        TTLAttribute::from_epoch_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// The expiry in seconds after 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// # use singlet::TTLAttribute;
    /// assert_eq!(TTLAttribute::MAX.epoch_seconds(), 253_402_300_799);
    /// ```
    pub const fn epoch_seconds(self) -> i64 {
        self.seconds
    }

    /// Whether the item is expired: `now >= expires_at`.
    ///
    /// ```
    /// # use singlet::{ExpiresIn, TTLAttribute};
    /// assert!(TTLAttribute::from_epoch_seconds(1_700_000_000).is_expired());
    /// assert!(!ExpiresIn::hours(1).is_expired());
    /// ```
    pub fn is_expired(self) -> bool {
        has_passed(self.seconds, clock::now())
    }

    /// The time that is left; `None` if the item is expired.
    ///
    /// ```
    /// # use singlet::{ExpiresIn, TTLAttribute};
    /// assert!(ExpiresIn::minutes(5).expires_in().unwrap().as_secs() <= 300);
    /// assert_eq!(TTLAttribute::from_epoch_seconds(0).expires_in(), None);
    /// ```
    pub fn expires_in(self) -> Option<Duration> {
        let left = self.seconds.saturating_mul(1000).saturating_sub(clock::now_millis());
        u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_millis)
    }
}

impl TTLAttribute {
    /// The same expiry as one that the program has not set itself: a default, or what is stored.
    pub(crate) fn implied(self) -> Self {
        TTLAttribute { is_explicit: false, ..self }
    }

    /// Whether the program has set the expiry, so that a save keeps it even if a default would be later.
    pub(crate) fn is_explicit(self) -> bool {
        self.is_explicit
    }
}

impl fmt::Debug for TTLAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TTLAttribute").field(&self.seconds).finish()
    }
}

impl PartialEq for TTLAttribute {
    fn eq(&self, other: &Self) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for TTLAttribute {}

impl PartialOrd for TTLAttribute {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TTLAttribute {
    fn cmp(&self, other: &Self) -> Ordering {
        self.seconds.cmp(&other.seconds)
    }
}

impl Hash for TTLAttribute {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.seconds.hash(state);
    }
}

/// Shows the epoch seconds.
impl fmt::Display for TTLAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seconds.fmt(f)
    }
}

impl From<std::time::SystemTime> for TTLAttribute {
    /// A time before 1970 becomes the epoch.
    fn from(time: std::time::SystemTime) -> Self {
        let seconds = time.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        TTLAttribute::from_epoch_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

#[cfg(feature = "time")]
impl From<time::OffsetDateTime> for TTLAttribute {
    fn from(time: time::OffsetDateTime) -> Self {
        TTLAttribute::from_epoch_seconds(time.unix_timestamp())
    }
}

#[cfg(feature = "time")]
impl From<TTLAttribute> for time::OffsetDateTime {
    /// An expiry before the year -9999 becomes the start of that year.
    fn from(ttl: TTLAttribute) -> Self {
        time::OffsetDateTime::from_unix_timestamp(ttl.seconds).unwrap_or(time::PrimitiveDateTime::MIN.assume_utc())
    }
}

#[cfg(feature = "chrono")]
impl From<chrono::DateTime<chrono::Utc>> for TTLAttribute {
    fn from(time: chrono::DateTime<chrono::Utc>) -> Self {
        TTLAttribute::from_epoch_seconds(time.timestamp())
    }
}

impl Attribute for TTLAttribute {
    crate::attribute::leaf!(Expiry);
    const TYPE: &'static str = "N";

    fn write(&self, writer: &mut Writer) {
        writer.digits(itoa::Buffer::new().format(self.seconds));
    }

    /// Truncates a fraction, which other tools may have written.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let seconds = epoch_seconds(&reader.digits()?);
        seconds
            .map(|seconds| TTLAttribute { seconds, is_explicit: false })
            .ok_or_else(|| Fault::invalid("the time to live is not a time in epoch seconds"))
    }
}

/// Whether an expiry has passed at `now`, both in epoch seconds. An item is expired from its expiry on.
pub(crate) fn has_passed(expires_at: i64, now: i64) -> bool {
    expires_at <= now
}

/// The epoch seconds of a stored number. A fraction is truncated.
pub(crate) fn epoch_seconds(digits: &str) -> Option<i64> {
    // Plain digits are the common form; the slow path reads `1.7e9` and fractions.
    digits.parse().ok().or_else(|| number::truncate(digits))
}

/// Makes a [`TTLAttribute`] that is some time from now, at most [`TTLAttribute::MAX`].
///
/// ```
/// use singlet::ExpiresIn;
///
/// assert!(ExpiresIn::minutes(10) < ExpiresIn::hours(1));
/// assert!(ExpiresIn::weeks(u64::MAX) > ExpiresIn::days(365_000));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ExpiresIn;

impl ExpiresIn {
    /// The expiry `n` seconds from now.
    ///
    /// ```
    /// # use singlet::ExpiresIn;
    /// assert!(ExpiresIn::seconds(30).expires_in().unwrap().as_secs() <= 30);
    /// ```
    pub fn seconds(n: u64) -> TTLAttribute {
        TTLAttribute::after(Duration::from_secs(n))
    }

    /// The expiry `n` minutes from now.
    ///
    /// ```
    /// # use singlet::ExpiresIn;
    /// assert!(ExpiresIn::minutes(2) > ExpiresIn::seconds(90));
    /// ```
    pub fn minutes(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(60))
    }

    /// The expiry `n` hours from now.
    ///
    /// ```
    /// # use singlet::ExpiresIn;
    /// assert!(ExpiresIn::hours(2) > ExpiresIn::minutes(90));
    /// ```
    pub fn hours(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(3_600))
    }

    /// The expiry `n` days of 24 hours from now.
    ///
    /// ```
    /// # use singlet::ExpiresIn;
    /// assert!(ExpiresIn::days(30) > ExpiresIn::weeks(4));
    /// ```
    pub fn days(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(86_400))
    }

    /// The expiry `n` weeks of 7 days from now.
    ///
    /// ```
    /// # use singlet::ExpiresIn;
    /// assert!(ExpiresIn::weeks(1) > ExpiresIn::days(6));
    /// ```
    pub fn weeks(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(604_800))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_lasts_at_least_as_long_as_it_says() {
        let seconds = |now, nanos| TTLAttribute::after_millis(now, Duration::from_nanos(nanos)).epoch_seconds();
        assert_eq!(seconds(10_000, 5_000_000_000), 15);
        assert_eq!(seconds(10_001, 5_000_000_000), 16);
        assert_eq!(seconds(10_999, 1_000_000), 11);
        assert_eq!(seconds(10_000, 1), 11);
        assert_eq!(seconds(-10_001, 5_000_000_000), -5);
        assert_eq!(TTLAttribute::after_millis(i64::MAX, Duration::MAX), TTLAttribute::MAX);
    }
}
