//! Dates and times of the crates `time` and `chrono` as attributes and key parts.
//!
//! Every type has one text of fixed width, so that texts sort as the values do. The form is frozen, because keys contain it.
//! Reading also accepts the other forms that [`iso`] describes.

mod iso;

use crate::key::{KeyFormat, KeyFormats};

/// A type with one text of fixed width whose order is the order of the values.
trait SortableText: Sized {
    /// Returns the text, or `None` if the value has no text that sorts.
    fn text(&self) -> Option<String>;

    /// Parses the value, from a text in any form that [`iso`] describes.
    fn parse(text: &str) -> Option<Self>;

    /// The formats of its placeholders in keys.
    const FORMATS: KeyFormats;

    /// The nanoseconds since 1970 of a type that names an instant.
    fn nanoseconds(&self) -> Option<i128> {
        None
    }

    fn of_nanoseconds(_: i128) -> Option<Self> {
        None
    }

    /// Returns the text in a key, or `None` if the value has none that sorts.
    fn key_text(&self, format: KeyFormat) -> Option<String> {
        match (format, UnixTime::of(format)) {
            (_, Some(unix_time)) => unix_time.text(self.nanoseconds()?),
            (KeyFormat::Fraction(digits), _) => cut(self.text()?, digits),
            (KeyFormat::Date, _) => self.text()?.get(..DATE_LENGTH).map(str::to_owned),
            _ => self.text(),
        }
    }

    /// Parses the text in a key. An attribute accepts other texts of the same time. A key does not, because another text is
    /// another key.
    fn parse_key(text: &str, format: KeyFormat) -> Option<Self> {
        let value = match (format, UnixTime::of(format)) {
            (_, Some(unix_time)) => Self::of_nanoseconds(unix_time.parse(text)?),
            (KeyFormat::Date, _) => Self::parse(&format!("{text}T00:00:00Z")),
            _ => Self::parse(text),
        };
        value.filter(|value| value.key_text(format).as_deref() == Some(text))
    }
}

/// The length of `2024-03-01`.
const DATE_LENGTH: usize = 10;

/// Shortens the fraction of a second, which has nine digits.
fn cut(mut text: String, digits: u8) -> Option<String> {
    let point = text.find('.')?;
    let (from, to) = (point + 1 + usize::from(digits), point + 10);
    text.replace_range(if digits == 0 { point } else { from }..to, "");
    Some(text)
}

/// A count of seconds or milliseconds since 1970, in the years in which it has so many digits that texts sort.
struct UnixTime {
    unit: i128,
    digits: usize,
}

impl UnixTime {
    fn of(format: KeyFormat) -> Option<Self> {
        match format {
            KeyFormat::Seconds => Some(UnixTime { unit: 1_000_000_000, digits: 10 }),
            KeyFormat::Millis => Some(UnixTime { unit: 1_000_000, digits: 13 }),
            _ => None,
        }
    }

    fn text(&self, nanoseconds: i128) -> Option<String> {
        Some(nanoseconds.div_euclid(self.unit).to_string()).filter(|text| self.fits(text))
    }

    fn parse(&self, text: &str) -> Option<i128> {
        text.parse::<i128>().ok().filter(|_| self.fits(text))?.checked_mul(self.unit)
    }

    fn fits(&self, text: &str) -> bool {
        text.len() == self.digits && !text.starts_with(['0', '-', '+'])
    }
}

/// Why a value has no text in a key.
fn no_key_text(format: KeyFormat) -> &'static str {
    match UnixTime::of(format) {
        Some(_) => {
            "a leap second, and a time before September 2001 or after November 2286, have no Unix time that sorts in a key"
        }
        None => "a date outside the years 0 to 9999 has no sortable text",
    }
}

/// Years 0 to 9999, the range of RFC 3339. With a sign or a fifth digit, texts would not sort.
fn is_sortable_year(year: i32) -> bool {
    (0..=9999).contains(&year)
}

/// Implements the attribute and key traits for types with a [`SortableText`].
macro_rules! attributes_by_text {
    ($($type:ty),*) => {$(
        impl $crate::Attribute for $type {
            crate::attribute::leaf!(Instant);
            const TYPE: &'static str = "S";

            fn write(&self, writer: &mut $crate::wire::Writer) {
                match self.text() {
                    Some(text) => writer.string(&text),
                    None => writer.fail($crate::wire::Fault::unstorable("a date outside the years 0 to 9999 has no sortable text")),
                }
            }

            fn read(reader: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::Fault> {
                <$type as SortableText>::parse(&reader.text()?)
                    .ok_or_else(|| $crate::wire::Fault::invalid(concat!("the text is not a `", stringify!($type), "`")))
            }
        }

        impl $crate::key::KeyPart for $type {
            const FORMATS: $crate::key::KeyFormats = <$type as SortableText>::FORMATS;

            fn write_part(&self, key: &mut $crate::key::KeyWriter<'_>, format: $crate::key::KeyFormat) {
                match self.key_text(format) {
                    Some(text) => key.safe(&text),
                    None => key.fail($crate::attribute::date_time::no_key_text(format)),
                }
            }

            fn parse_part(text: &$crate::key::PartText<'_>, format: $crate::key::KeyFormat) -> Result<Self, $crate::wire::Fault> {
                Self::parse_key(text.raw(), format).ok_or_else($crate::key::mismatch)
            }
        }

        impl $crate::key::KeyAttribute for $type {
            const KEY_TYPE: $crate::key::KeyType = $crate::key::KeyType::S;

            fn to_key(&self) -> $crate::key::KeyValue {
                // A value without a text gives an empty key, which the length check refuses.
                $crate::key::KeyValue::S(self.text().unwrap_or_default())
            }

            fn from_key(key: &$crate::key::KeyValue) -> Result<Self, $crate::wire::Fault> {
                key.as_str().and_then(<$type as SortableText>::parse).ok_or_else($crate::key::mismatch)
            }

            fn key_length(&self) -> usize {
                self.text().map_or(0, |text| text.len())
            }
        }
    )*};
}

#[cfg(feature = "time")]
mod of_time {
    use time::format_description::FormatItem;
    use time::macros::format_description;
    use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset};

    use super::iso::{self, CalendarDate, ClockTime};
    use super::{KeyFormats, SortableText, is_sortable_year};

    // The fraction always has nine digits. If it could be left out, `...00.5Z` would sort before `...00Z`.
    const DATE_TIME: &[FormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:9]");
    const TIME: &[FormatItem<'_>] = format_description!("[hour]:[minute]:[second].[subsecond digits:9]");
    const DATE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

    fn day(CalendarDate { year, month, day }: CalendarDate) -> Option<Date> {
        Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()
    }

    fn time_of_day(ClockTime { hour, minute, second, nanosecond }: ClockTime) -> Option<Time> {
        Time::from_hms_nano(hour, minute, second, nanosecond).ok()
    }

    impl SortableText for UtcDateTime {
        const FORMATS: KeyFormats = KeyFormats::INSTANT;

        fn nanoseconds(&self) -> Option<i128> {
            Some(self.unix_timestamp_nanos())
        }

        fn of_nanoseconds(nanoseconds: i128) -> Option<Self> {
            Self::from_unix_timestamp_nanos(nanoseconds).ok()
        }

        fn text(&self) -> Option<String> {
            let mut text = PrimitiveDateTime::new(self.date(), self.time()).text()?;
            text.push('Z');
            Some(text)
        }

        fn parse(text: &str) -> Option<Self> {
            let (date, time, offset) = iso::offset_date_time(text)?;
            let local = PrimitiveDateTime::new(day(date)?, time_of_day(time)?);
            Some(local.checked_sub(Duration::seconds(offset.into()))?.as_utc())
        }
    }

    impl SortableText for OffsetDateTime {
        const FORMATS: KeyFormats = KeyFormats::INSTANT;

        fn nanoseconds(&self) -> Option<i128> {
            Some(self.unix_timestamp_nanos())
        }

        fn of_nanoseconds(nanoseconds: i128) -> Option<Self> {
            Self::from_unix_timestamp_nanos(nanoseconds).ok()
        }

        fn text(&self) -> Option<String> {
            self.checked_to_utc()?.text()
        }

        fn parse(text: &str) -> Option<Self> {
            Some(<UtcDateTime as SortableText>::parse(text)?.to_offset(UtcOffset::UTC))
        }
    }

    impl SortableText for PrimitiveDateTime {
        const FORMATS: KeyFormats = KeyFormats::LOCAL_DATE_TIME;

        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format(DATE_TIME).ok()).flatten()
        }

        fn parse(text: &str) -> Option<Self> {
            let (date, time) = iso::local_date_time(text)?;
            Some(PrimitiveDateTime::new(day(date)?, time_of_day(time)?))
        }
    }

    impl SortableText for Date {
        const FORMATS: KeyFormats = KeyFormats::SORTED;

        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format(DATE).ok()).flatten()
        }

        fn parse(text: &str) -> Option<Self> {
            day(iso::date(text)?)
        }
    }

    impl SortableText for Time {
        const FORMATS: KeyFormats = KeyFormats::TIME_OF_DAY;

        fn text(&self) -> Option<String> {
            self.format(TIME).ok()
        }

        fn parse(text: &str) -> Option<Self> {
            time_of_day(iso::time(text)?)
        }
    }

    attributes_by_text!(OffsetDateTime, UtcDateTime, PrimitiveDateTime, Date, Time);
}

#[cfg(feature = "chrono")]
mod of_chrono {
    use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Timelike, Utc};

    use super::iso::{self, CalendarDate, ClockTime};
    use super::{KeyFormats, SortableText, is_sortable_year};

    fn day(CalendarDate { year, month, day }: CalendarDate) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
    }

    fn time_of_day(ClockTime { hour, minute, second, nanosecond }: ClockTime) -> Option<NaiveTime> {
        NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanosecond)
    }

    /// chrono represents a leap second as a nanosecond count of over a second, whose text would not read back.
    fn is_leap(nanosecond: u32) -> bool {
        nanosecond >= 1_000_000_000
    }

    impl SortableText for DateTime<Utc> {
        const FORMATS: KeyFormats = KeyFormats::INSTANT;

        fn nanoseconds(&self) -> Option<i128> {
            let whole = i128::from(self.timestamp()) * 1_000_000_000;
            (!is_leap(self.nanosecond())).then(|| whole + i128::from(self.timestamp_subsec_nanos()))
        }

        fn of_nanoseconds(nanoseconds: i128) -> Option<Self> {
            let (seconds, rest) = (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000));
            DateTime::from_timestamp(seconds.try_into().ok()?, rest.try_into().ok()?)
        }

        fn text(&self) -> Option<String> {
            let fits = is_sortable_year(self.year()) && !is_leap(self.nanosecond());
            fits.then(|| self.to_rfc3339_opts(SecondsFormat::Nanos, true))
        }

        fn parse(text: &str) -> Option<Self> {
            let (date, time, offset) = iso::offset_date_time(text)?;
            let local = day(date)?.and_time(time_of_day(time)?);
            Some(local.checked_sub_signed(TimeDelta::seconds(offset.into()))?.and_utc())
        }
    }

    impl SortableText for NaiveDateTime {
        const FORMATS: KeyFormats = KeyFormats::LOCAL_DATE_TIME;

        fn text(&self) -> Option<String> {
            let fits = is_sortable_year(self.year()) && !is_leap(self.nanosecond());
            fits.then(|| self.format("%Y-%m-%dT%H:%M:%S%.9f").to_string())
        }

        fn parse(text: &str) -> Option<Self> {
            let (date, time) = iso::local_date_time(text)?;
            Some(day(date)?.and_time(time_of_day(time)?))
        }
    }

    impl SortableText for NaiveDate {
        const FORMATS: KeyFormats = KeyFormats::SORTED;

        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format("%Y-%m-%d").to_string())
        }

        fn parse(text: &str) -> Option<Self> {
            day(iso::date(text)?)
        }
    }

    impl SortableText for NaiveTime {
        const FORMATS: KeyFormats = KeyFormats::TIME_OF_DAY;

        fn text(&self) -> Option<String> {
            (!is_leap(self.nanosecond())).then(|| self.format("%H:%M:%S%.9f").to_string())
        }

        fn parse(text: &str) -> Option<Self> {
            time_of_day(iso::time(text)?)
        }
    }

    attributes_by_text!(DateTime<Utc>, NaiveDateTime, NaiveDate, NaiveTime);
}
