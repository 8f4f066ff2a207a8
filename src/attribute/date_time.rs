//! Dates and times of the crates `time` and `chrono` as attributes and key parts.
//!
//! Every type has one text of fixed width, so that texts sort as the values do. The form is frozen, because keys contain it.
//! Reading also accepts the other forms that [`iso`] describes.

mod iso;

/// A type with one text of fixed width whose order is the order of the values.
trait SortableText: Sized {
    /// Returns the text, or `None` if the value has no text that sorts.
    fn text(&self) -> Option<String>;

    /// Parses the value, from a text in any form that [`iso`] describes.
    fn parse(text: &str) -> Option<Self>;
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
            fn write_part(&self, key: &mut $crate::key::KeyWriter<'_>, _: $crate::key::KeyFormat) {
                match self.text() {
                    Some(text) => key.safe(&text),
                    None => key.fail("a date outside the years 0 to 9999 has no sortable text"),
                }
            }

            fn parse_part(text: &$crate::key::PartText<'_>, _: $crate::key::KeyFormat) -> Result<Self, $crate::wire::Fault> {
                let value = <$type as SortableText>::parse(text.raw()).ok_or_else($crate::key::mismatch)?;
                // An attribute accepts other texts of the same time. A key does not, because another text is another key.
                if value.text().as_deref() == Some(text.raw()) { Ok(value) } else { Err($crate::key::mismatch()) }
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
    use super::{SortableText, is_sortable_year};

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
        fn text(&self) -> Option<String> {
            self.checked_to_utc()?.text()
        }

        fn parse(text: &str) -> Option<Self> {
            Some(<UtcDateTime as SortableText>::parse(text)?.to_offset(UtcOffset::UTC))
        }
    }

    impl SortableText for PrimitiveDateTime {
        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format(DATE_TIME).ok()).flatten()
        }

        fn parse(text: &str) -> Option<Self> {
            let (date, time) = iso::local_date_time(text)?;
            Some(PrimitiveDateTime::new(day(date)?, time_of_day(time)?))
        }
    }

    impl SortableText for Date {
        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format(DATE).ok()).flatten()
        }

        fn parse(text: &str) -> Option<Self> {
            day(iso::date(text)?)
        }
    }

    impl SortableText for Time {
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
    use super::{SortableText, is_sortable_year};

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
        fn text(&self) -> Option<String> {
            is_sortable_year(self.year()).then(|| self.format("%Y-%m-%d").to_string())
        }

        fn parse(text: &str) -> Option<Self> {
            day(iso::date(text)?)
        }
    }

    impl SortableText for NaiveTime {
        fn text(&self) -> Option<String> {
            (!is_leap(self.nanosecond())).then(|| self.format("%H:%M:%S%.9f").to_string())
        }

        fn parse(text: &str) -> Option<Self> {
            time_of_day(iso::time(text)?)
        }
    }

    attributes_by_text!(DateTime<Utc>, NaiveDateTime, NaiveDate, NaiveTime);
}
