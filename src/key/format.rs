//! How a placeholder writes its value: [`KeyFormat`], and the formats that a type has.

/// How a placeholder writes its value: what follows the colon in `{n:06}`.
///
/// Without a format, a value has its sortable form. The other formats are for tables whose keys other programs write.
///
/// ```
/// use singlet::Model;
/// use time::macros::datetime;
///
/// // What JavaScript's `toISOString` writes, in a partition for each day.
/// #[derive(Model)]
/// #[model(table = "events", hash_key = "DAY#{at:date}", range_key = "EVENT#{at:.3}#{id:plain}")]
/// struct Event {
///     id: u32,
///     at: time::OffsetDateTime,
/// }
///
/// let key = Event::key_of((datetime!(2024-03-01 09:30:00.25 UTC), 7))?;
/// assert_eq!(key.hash().as_str(), Some("DAY#2024-03-01"));
/// assert_eq!(key.range().unwrap().as_str(), Some("EVENT#2024-03-01T09:30:00.250Z#7"));
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFormat {
    /// `{n}`: the sortable form. Numbers are as wide as the widest value of their type.
    Sorted,
    /// `{n:plain}`: the shortest form of a number. It does not sort, so a range cannot compare it.
    Plain,
    /// `{n:06}`: a non-negative integer padded with zeros to so many digits. More digits are an error.
    Width(u8),
    /// `{t:.3}`: a time of RFC 3339 in UTC with so many digits of a second, 0 to 9. Further digits are cut off.
    Fraction(u8),
    /// `{t:date}`: the date of a date and time, in UTC: `2024-03-01`.
    Date,
    /// `{t:seconds}`: the seconds since 1970, from September 2001 to November 2286, when they have ten digits and sort. Fractions are
    /// cut off.
    Seconds,
    /// `{t:millis}`: the milliseconds since 1970 in the same years, when they have thirteen digits. Further digits are cut off.
    Millis,
    /// `{s:lower}`: a text in lower case, by the rules of Unicode for all languages.
    Lower,
    /// `{s:upper}`: a text or UUID in upper case.
    Upper,
    /// `{id:simple}`: a UUID without hyphens, in lower case.
    Simple,
}

impl KeyFormat {
    /// Whether two placeholders write equal values as equal texts. `==` is not available in constants.
    pub(crate) const fn is_same(self, other: KeyFormat) -> bool {
        match (self, other) {
            (KeyFormat::Width(a), KeyFormat::Width(b)) | (KeyFormat::Fraction(a), KeyFormat::Fraction(b)) => a == b,
            (KeyFormat::Sorted, KeyFormat::Sorted)
            | (KeyFormat::Plain, KeyFormat::Plain)
            | (KeyFormat::Date, KeyFormat::Date)
            | (KeyFormat::Seconds, KeyFormat::Seconds)
            | (KeyFormat::Millis, KeyFormat::Millis)
            | (KeyFormat::Lower, KeyFormat::Lower)
            | (KeyFormat::Upper, KeyFormat::Upper)
            | (KeyFormat::Simple, KeyFormat::Simple) => true,
            _ => false,
        }
    }

    /// Whether several values can have one text.
    pub(crate) fn is_lossy(self) -> bool {
        match self {
            KeyFormat::Sorted | KeyFormat::Plain | KeyFormat::Width(_) | KeyFormat::Simple => false,
            KeyFormat::Fraction(digits) => digits < 9,
            KeyFormat::Date | KeyFormat::Seconds | KeyFormat::Millis | KeyFormat::Lower | KeyFormat::Upper => true,
        }
    }

    /// What follows the field in the placeholder.
    pub(crate) fn suffix(self) -> String {
        match self {
            KeyFormat::Sorted => String::new(),
            KeyFormat::Plain => ":plain".into(),
            KeyFormat::Width(digits) => format!(":0{digits}"),
            KeyFormat::Fraction(digits) => format!(":.{digits}"),
            KeyFormat::Date => ":date".into(),
            KeyFormat::Seconds => ":seconds".into(),
            KeyFormat::Millis => ":millis".into(),
            KeyFormat::Lower => ":lower".into(),
            KeyFormat::Upper => ":upper".into(),
            KeyFormat::Simple => ":simple".into(),
        }
    }
}

/// The formats that a [`KeyPart`](super::KeyPart) has besides the sortable form.
///
/// A key part of your own passes on those of the type that it wraps:
///
/// ```
/// use singlet::key::{KeyFormat, KeyFormats, KeyPart, KeyWriter, PartText};
/// use singlet::wire::Fault;
///
/// struct Reference(u32);
///
/// impl KeyPart for Reference {
///     const FORMATS: KeyFormats = u32::FORMATS;
///
///     fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
///         key.part(&self.0, format);
///     }
///
///     fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
///         u32::parse_part(text, format).map(Reference)
///     }
/// }
/// assert!(Reference::FORMATS.contains(KeyFormat::Width(6)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyFormats(u16);

const PLAIN: u16 = 1;
const WIDTH: u16 = 1 << 1;
const FRACTION: u16 = 1 << 2;
const DATE: u16 = 1 << 3;
const EPOCH: u16 = 1 << 4;
const LOWER: u16 = 1 << 5;
const UPPER: u16 = 1 << 6;
const SIMPLE: u16 = 1 << 7;

impl KeyFormats {
    /// Only the sortable form.
    pub const SORTED: KeyFormats = KeyFormats(0);
    /// `plain`.
    pub const NUMBER: KeyFormats = KeyFormats(PLAIN);
    /// `plain` and a width.
    pub const INTEGER: KeyFormats = KeyFormats(PLAIN | WIDTH);
    /// `lower` and `upper`.
    pub const TEXT: KeyFormats = KeyFormats(LOWER | UPPER);
    /// Digits of a second, `date`, `seconds` and `millis`.
    pub const INSTANT: KeyFormats = KeyFormats(FRACTION | DATE | EPOCH);
    /// Digits of a second and `date`.
    pub const LOCAL_DATE_TIME: KeyFormats = KeyFormats(FRACTION | DATE);
    /// Digits of a second.
    pub const TIME_OF_DAY: KeyFormats = KeyFormats(FRACTION);
    /// `simple` and `upper`.
    pub const UUID: KeyFormats = KeyFormats(SIMPLE | UPPER);

    /// Whether the type has this format.
    ///
    /// ```
    /// use singlet::key::{KeyFormat, KeyFormats};
    /// assert!(KeyFormats::INSTANT.contains(KeyFormat::Fraction(3)));
    /// assert!(!KeyFormats::TEXT.contains(KeyFormat::Plain));
    /// ```
    pub const fn contains(self, format: KeyFormat) -> bool {
        let bit = match format {
            KeyFormat::Sorted => return true,
            KeyFormat::Plain => PLAIN,
            KeyFormat::Width(_) => WIDTH,
            KeyFormat::Fraction(_) => FRACTION,
            KeyFormat::Date => DATE,
            KeyFormat::Seconds | KeyFormat::Millis => EPOCH,
            KeyFormat::Lower => LOWER,
            KeyFormat::Upper => UPPER,
            KeyFormat::Simple => SIMPLE,
        };
        self.0 & bit != 0
    }
}
