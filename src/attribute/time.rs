use time::format_description::FormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset};

use super::sortable_text::{SortableText, attributes_by_text, is_sortable_year};

/// Fixed width, so that texts sort as times do.
const DATE_TIME: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:9]");
const TIME: &[FormatItem<'_>] = format_description!("[hour]:[minute]:[second].[subsecond digits:9]");
const DATE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

impl SortableText for UtcDateTime {
    fn text(&self) -> Option<String> {
        let mut text = PrimitiveDateTime::new(self.date(), self.time()).text()?;
        text.push('Z');
        Some(text)
    }

    /// Any offset and any number of fractional digits.
    fn parse(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_utc()
    }
}

impl SortableText for OffsetDateTime {
    fn text(&self) -> Option<String> {
        self.checked_to_utc()?.text()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(UtcDateTime::parse(text, &Rfc3339).ok()?.to_offset(UtcOffset::UTC))
    }
}

impl SortableText for PrimitiveDateTime {
    fn text(&self) -> Option<String> {
        is_sortable_year(self.year()).then(|| self.format(DATE_TIME).ok()).flatten()
    }

    fn parse(text: &str) -> Option<Self> {
        PrimitiveDateTime::parse(text, DATE_TIME).ok()
    }
}

impl SortableText for Date {
    fn text(&self) -> Option<String> {
        is_sortable_year(self.year()).then(|| self.format(DATE).ok()).flatten()
    }

    fn parse(text: &str) -> Option<Self> {
        Date::parse(text, DATE).ok()
    }
}

impl SortableText for Time {
    fn text(&self) -> Option<String> {
        self.format(TIME).ok()
    }

    fn parse(text: &str) -> Option<Self> {
        Time::parse(text, TIME).ok()
    }
}

attributes_by_text!(OffsetDateTime, UtcDateTime, PrimitiveDateTime, Date, Time);
