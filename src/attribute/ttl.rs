use std::fmt;
use std::time::Duration;

use super::{Attribute, number};
use crate::clock;
use crate::wire::{Fault, Reader, Writer};

/// When an item expires: whole epoch seconds, stored as an N.
///
/// DynamoDB deletes an item some time after its TTL attribute has passed, up to 48 hours later;
/// until then it is still read, so [`is_expired`](Self::is_expired) decides.
/// See [AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
///
/// *Now* is the clock of the task's client, else of the default client, else the system's.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TTLAttribute(i64);

impl TTLAttribute {
    /// The latest expiry: the last second of the year 9999. Later ones saturate here.
    pub const MAX: TTLAttribute = TTLAttribute(253_402_300_799);

    /// The expiry at this many seconds after 1970-01-01T00:00:00Z, at most [`MAX`](Self::MAX).
    pub const fn from_epoch_seconds(seconds: i64) -> Self {
        if seconds > Self::MAX.0 { Self::MAX } else { TTLAttribute(seconds) }
    }

    /// The expiry `ttl` from now; fractions of a second are cut.
    pub fn after(ttl: Duration) -> Self {
        TTLAttribute::from_epoch_seconds(clock::now().saturating_add_unsigned(ttl.as_secs()))
    }

    /// Seconds after 1970-01-01T00:00:00Z.
    pub const fn epoch_seconds(self) -> i64 {
        self.0
    }

    /// Whether the expiry has come: `now >= expires_at`.
    pub fn is_expired(self) -> bool {
        clock::now() >= self.0
    }

    /// How long it is until the expiry; `None` once it has come.
    pub fn expires_in(self) -> Option<Duration> {
        let left = self.0.saturating_sub(clock::now());
        u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_secs)
    }
}

/// The epoch seconds.
impl fmt::Display for TTLAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<std::time::SystemTime> for TTLAttribute {
    /// A time before 1970 is 1970.
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
    /// An expiry before the year -9999 is that year.
    fn from(ttl: TTLAttribute) -> Self {
        time::OffsetDateTime::from_unix_timestamp(ttl.0).unwrap_or(time::PrimitiveDateTime::MIN.assume_utc())
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
        writer.digits(itoa::Buffer::new().format(self.0));
    }

    /// A fraction, which other tools write, is cut.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let seconds = epoch_seconds(&reader.digits()?);
        seconds.map(TTLAttribute).ok_or_else(|| Fault::invalid("the time to live is no epoch time in seconds"))
    }
}

/// The seconds of a number as DynamoDB stores it; a fraction is cut.
pub(crate) fn epoch_seconds(digits: &str) -> Option<i64> {
    digits.parse().ok().or_else(|| number::truncate(digits))
}

/// Makes a [`TTLAttribute`] that is some time from now. An overflow is [`TTLAttribute::MAX`].
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
    /// `n` seconds from now.
    pub fn seconds(n: u64) -> TTLAttribute {
        TTLAttribute::after(Duration::from_secs(n))
    }

    /// `n` minutes from now.
    pub fn minutes(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(60))
    }

    /// `n` hours from now.
    pub fn hours(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(3_600))
    }

    /// `n` days of 24 hours from now.
    pub fn days(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(86_400))
    }

    /// `n` weeks of 7 days from now.
    pub fn weeks(n: u64) -> TTLAttribute {
        Self::seconds(n.saturating_mul(604_800))
    }
}
