//! The grammar of stored dates and times: the extended form of ISO 8601, which other tools write too.
//!
//! A date is `2024-03-01`. A time is `09:30:00`, and may have a dot and a fraction of one or more digits. Java writes `09:30`
//! if the seconds are 0. A date and a time are joined by `T`. An offset is `Z`, `+01:00` or `+0100`.
//! Nothing else is accepted: no white space, no lower case, no comma, no leap second.
//!
//! The parsers of `time` and `chrono` are not used, because they accept different texts, and that of `time` panics on some.

/// A day as written. It may not exist, as in `2024-02-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CalendarDate {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
}

/// A time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockTime {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) nanosecond: u32,
}

/// Parses a date.
pub(super) fn date(text: &str) -> Option<CalendarDate> {
    let mut rest = Rest(text.as_bytes());
    let date = rest.date()?;
    rest.end().then_some(date)
}

/// Parses a time without an offset, or with the offset zero.
pub(super) fn time(text: &str) -> Option<ClockTime> {
    let mut rest = Rest(text.as_bytes());
    let time = rest.time()?;
    rest.has_no_offset()?.then_some(time)
}

/// Parses a date and a time without an offset, or with the offset zero.
pub(super) fn local_date_time(text: &str) -> Option<(CalendarDate, ClockTime)> {
    let mut rest = Rest(text.as_bytes());
    let date_time = rest.date_time()?;
    rest.has_no_offset()?.then_some(date_time)
}

/// Parses a date, a time and an offset, which is returned in seconds.
pub(super) fn offset_date_time(text: &str) -> Option<(CalendarDate, ClockTime, i32)> {
    let mut rest = Rest(text.as_bytes());
    let (date, time) = rest.date_time()?;
    let offset = rest.offset()?;
    rest.end().then_some((date, time, offset))
}

/// The text that has not been parsed yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn end(&self) -> bool {
        self.0.is_empty()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Skips this byte; `None` if another one follows.
    fn skip(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn digit(&mut self) -> Option<u8> {
        self.next().filter(u8::is_ascii_digit).map(|digit| digit - b'0')
    }

    /// A number of two digits that is at most `most`.
    fn two_digits(&mut self, most: u8) -> Option<u8> {
        let number = self.digit()? * 10 + self.digit()?;
        (number <= most).then_some(number)
    }

    fn date(&mut self) -> Option<CalendarDate> {
        let (century, year) = (self.two_digits(99)?, self.two_digits(99)?);
        self.skip(b'-')?;
        let month = self.two_digits(12)?;
        self.skip(b'-')?;
        let day = self.two_digits(31)?;
        Some(CalendarDate { year: u16::from(century) * 100 + u16::from(year), month, day })
    }

    fn time(&mut self) -> Option<ClockTime> {
        let hour = self.two_digits(23)?;
        self.skip(b':')?;
        let minute = self.two_digits(59)?;
        if self.0.first() != Some(&b':') {
            return Some(ClockTime { hour, minute, second: 0, nanosecond: 0 });
        }
        self.skip(b':')?;
        let second = self.two_digits(59)?;
        Some(ClockTime { hour, minute, second, nanosecond: self.fraction()? })
    }

    fn date_time(&mut self) -> Option<(CalendarDate, ClockTime)> {
        let date = self.date()?;
        self.skip(b'T')?;
        Some((date, self.time()?))
    }

    /// The nanoseconds of a fraction, or 0 if there is none. Digits after the ninth are less than a nanosecond and dropped.
    fn fraction(&mut self) -> Option<u32> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.skip(b'.')?;
        let (mut nanosecond, mut unit) = (u32::from(self.digit()?) * 100_000_000, 10_000_000);
        while self.0.first().is_some_and(u8::is_ascii_digit) {
            nanosecond += u32::from(self.digit()?) * unit;
            unit /= 10;
        }
        Some(nanosecond)
    }

    /// The offset in seconds: `Z`, `+01:00` or `+0100`.
    fn offset(&mut self) -> Option<i32> {
        let sign = match self.next()? {
            b'Z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.two_digits(23)?;
        if self.0.first() == Some(&b':') {
            self.skip(b':')?;
        }
        let minutes = self.two_digits(59)?;
        Some(sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60))
    }

    /// Whether the text ends here or after the offset zero, which changes nothing. `None` if an invalid offset follows.
    fn has_no_offset(&mut self) -> Option<bool> {
        Some(self.end() || (self.offset()? == 0 && self.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: ClockTime = ClockTime { hour: 9, minute: 30, second: 7, nanosecond: 0 };
    const MARCH: CalendarDate = CalendarDate { year: 2024, month: 3, day: 1 };

    #[test]
    fn fractions_have_one_or_more_digits() {
        for (fraction, nanosecond) in [
            ("", 0),
            (".5", 500_000_000),
            (".05", 50_000_000),
            (".305464", 305_464_000),
            (".000000001", 1),
            (".999999999", 999_999_999),
            (".99999999999999", 999_999_999),
        ] {
            let expected = ClockTime { nanosecond, ..MORNING };
            assert_eq!(time(&format!("09:30:07{fraction}")), Some(expected), "{fraction}");
            assert_eq!(local_date_time(&format!("2024-03-01T09:30:07{fraction}")), Some((MARCH, expected)));
            let text = format!("2024-03-01T09:30:07{fraction}Z");
            assert_eq!(offset_date_time(&text), Some((MARCH, expected, 0)));
        }
    }

    #[test]
    fn seconds_that_are_zero_may_be_left_out() {
        let time_of_day = ClockTime { second: 0, ..MORNING };
        for offset in ["", "Z", "+0000"] {
            assert_eq!(time(&format!("09:30{offset}")), Some(time_of_day));
            assert_eq!(local_date_time(&format!("2024-03-01T09:30{offset}")), Some((MARCH, time_of_day)));
        }
        assert_eq!(offset_date_time("2024-03-01T09:30+01:00"), Some((MARCH, time_of_day, 3_600)));
    }

    #[test]
    fn offsets_have_three_forms() {
        for (offset, seconds) in
            [("Z", 0), ("+00:00", 0), ("+0000", 0), ("-00:00", 0), ("+01:30", 5_400), ("-0800", -28_800)]
        {
            let text = format!("2024-03-01T09:30:07{offset}");
            assert_eq!(offset_date_time(&text), Some((MARCH, MORNING, seconds)), "{offset}");
            let local = (seconds == 0).then_some((MARCH, MORNING));
            assert_eq!(local_date_time(&text), local, "{offset}");
            assert_eq!(time(&format!("09:30:07{offset}")), local.map(|(_, time)| time), "{offset}");
        }
    }

    #[test]
    fn nothing_else_is_accepted() {
        for text in [
            "",
            "2024",
            "2024-3-1",
            "2024-03-1",
            "02024-03-01",
            "+2024-03-01",
            "-2024-03-01",
            "20240301",
            "2024-13-01",
            "2024-03-32",
            " 2024-03-01",
            "2024-03-01 ",
            "2024-03-01Z",
            "٢٠٢٤-03-01",
            "2024-03-01T",
            "2024/03/01",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
        for text in [
            "",
            "9:30:07",
            "09",
            "09:",
            "09:3",
            "09:30:",
            "09:30:7",
            "09:30.5",
            "093007",
            "24:00:00",
            "09:60:00",
            "09:30:60",
            "09:30:07.",
            "09:30:07,5",
            "09:30:07.5.5",
            "09:30:07z",
            "09:30:07+01",
            "09:30:07 +0000",
            "09:30:07+00:0",
            "09:30:07+00:60",
            "09:30:07+24:00",
            "09:30:07Z00:00",
            "09:30:07ZZ",
            "09:30:07.-5",
            "T09:30:07",
            "09:30:07.5٥",
        ] {
            assert_eq!(time(text), None, "{text}");
            assert_eq!(local_date_time(&format!("2024-03-01T{text}")), None, "{text}");
            assert_eq!(offset_date_time(&format!("2024-03-01T{text}")), None, "{text}");
        }
        for text in ["2024-03-01 09:30:07Z", "2024-03-01t09:30:07Z", "2024-03-01T09:30:07", "1709285407"] {
            assert_eq!(offset_date_time(text), None, "{text}");
        }
    }
}
