use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Timelike, Utc};

use super::sortable_text::{SortableText, attributes_by_text, is_sortable_year};

/// chrono shows a leap second as nanoseconds past the 60th second; it would not read back.
fn is_leap(nanosecond: u32) -> bool {
    nanosecond >= 1_000_000_000
}

impl SortableText for DateTime<Utc> {
    fn text(&self) -> Option<String> {
        let fits = is_sortable_year(self.year()) && !is_leap(self.nanosecond());
        fits.then(|| self.to_rfc3339_opts(SecondsFormat::Nanos, true))
    }

    /// Any offset and any number of fractional digits.
    fn parse(text: &str) -> Option<Self> {
        Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
    }
}

impl SortableText for NaiveDateTime {
    fn text(&self) -> Option<String> {
        let fits = is_sortable_year(self.year()) && !is_leap(self.nanosecond());
        fits.then(|| self.format("%Y-%m-%dT%H:%M:%S%.9f").to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()
    }
}

impl SortableText for NaiveDate {
    fn text(&self) -> Option<String> {
        is_sortable_year(self.year()).then(|| self.format("%Y-%m-%d").to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    }
}

impl SortableText for NaiveTime {
    fn text(&self) -> Option<String> {
        (!is_leap(self.nanosecond())).then(|| self.format("%H:%M:%S%.9f").to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()
    }
}

attributes_by_text!(DateTime<Utc>, NaiveDateTime, NaiveDate, NaiveTime);
