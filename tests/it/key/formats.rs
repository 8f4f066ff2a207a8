//! The forms in which other programs write the values of keys.

use proptest::prelude::*;
use singlet::key::{KeyFormat, KeyFormats, KeyPart};
use singlet::tables::{DocumentFormat, TableDocument};
use singlet::{ErrorKind, Key, Model, Table};
use time::OffsetDateTime;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::stand::{self, item, s};

/// The key with one placeholder, for any type and format.
macro_rules! key_of {
    ($type:ty, $template:literal, $value:expr) => {{
        #[derive(Debug, Model)]
        #[model(table = "keys", hash_key = $template)]
        struct Keyed {
            value: $type,
        }
        let key = Keyed { value: $value }.key();
        key.map(|key: Key<Keyed>| {
            let again = Keyed::key_of(key.parts().unwrap().0).unwrap();
            assert_eq!(again, key, "what the key holds forms the same key");
            key.hash().as_str().unwrap().to_owned()
        })
    }};
}

macro_rules! golden {
    ($($type:ty, $template:literal: $($value:expr => $text:expr),+;)+) => {$($(
        assert_eq!(key_of!($type, $template, $value).unwrap(), $text, "{}: {}", $template, stringify!($value));
    )+)+};
}

#[test]
fn every_format_has_a_frozen_text() {
    let (time, whole) = (datetime!(2024-03-01 10:30:00.123456789 +01:00), datetime!(2024-03-01 9:30 UTC));
    let id = Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_00ff);
    let chrono = chrono::DateTime::from_timestamp(1_709_285_400, 999_999_999).unwrap();
    golden! {
        OffsetDateTime, "{value:.0}": time => "2024-03-01T09:30:00Z", whole => "2024-03-01T09:30:00Z";
        OffsetDateTime, "{value:.3}": time => "2024-03-01T09:30:00.123Z", whole => "2024-03-01T09:30:00.000Z";
        OffsetDateTime, "{value:.9}": time => "2024-03-01T09:30:00.123456789Z";
        OffsetDateTime, "{value:date}": time => "2024-03-01", datetime!(2024-03-01 0:30 +01:00) => "2024-02-29";
        OffsetDateTime, "{value:seconds}": time => "1709285400", datetime!(2001-09-09 1:46:40 UTC) => "1000000000",
            datetime!(2286-11-20 17:46:39.9 UTC) => "9999999999";
        OffsetDateTime, "{value:millis}": time => "1709285400123", datetime!(2001-09-09 1:46:40 UTC) => "1000000000000";
        time::UtcDateTime, "{value:millis}": time.to_utc() => "1709285400123";
        time::PrimitiveDateTime, "{value:.6}": datetime!(2024-03-01 9:30:00.123456789) => "2024-03-01T09:30:00.123456";
        time::PrimitiveDateTime, "{value:date}": datetime!(2024-03-01 9:30) => "2024-03-01";
        time::Time, "{value:.0}": time::Time::MIDNIGHT => "00:00:00";
        chrono::DateTime<chrono::Utc>, "{value:.3}": chrono => "2024-03-01T09:30:00.999Z";
        chrono::DateTime<chrono::Utc>, "{value:seconds}": chrono => "1709285400";
        chrono::DateTime<chrono::Utc>, "{value:date}": chrono => "2024-03-01";
        chrono::NaiveDateTime, "{value:.0}": chrono.naive_utc() => "2024-03-01T09:30:00";
        chrono::NaiveTime, "{value:.1}": chrono.time() => "09:30:00.9";
        String, "{value:lower}": "Ann@Example.COM #1".to_owned() => "ann@example.com%20%231", "ΟΔΟΣ".to_owned() => "οδος";
        String, "{value:upper}": "de".to_owned() => "DE", "straße".to_owned() => "STRASSE";
        Box<str>, "{value:lower}": "A".into() => "a";
        Uuid, "{value:simple}": id => "018f00000000700080000000000000ff";
        Uuid, "{value:upper}": id => "018F0000-0000-7000-8000-0000000000FF";
    }
    assert!(!KeyFormats::SORTED.contains(KeyFormat::Date) && !time::Date::FORMATS.contains(KeyFormat::Date));
}

#[tokio::test]
async fn a_value_is_read_from_the_placeholder_that_holds_most_of_it() {
    stand::run(async |_| {
        Events::create_table().await.unwrap();
        let (fine, held) = (datetime!(2024-03-01 9:30:00.2504 UTC), datetime!(2024-03-01 9:30:00.25 UTC));
        let mut seen = Seen { at: fine, n: 7 };
        seen.create().await.unwrap();
        assert_eq!(seen.key().unwrap().parts().unwrap(), (held, 7));
        assert_eq!(Seen::query(fine).keys().await.unwrap(), [seen.key().unwrap()]);
        assert_eq!(Seen::get((fine, 7)).await.unwrap(), Some(seen));

        assert_eq!(SeenOnly { at: fine, n: 8 }.create().await.unwrap_err().kind(), ErrorKind::InvalidKey);
        let mut only = SeenOnly { at: held, n: 8 };
        only.create().await.unwrap();
        assert_eq!(only.key().unwrap().parts().unwrap(), (held, 8));
        assert_eq!(SeenOnly::get((held, 8)).await.unwrap(), Some(only));
    })
    .await;
}

#[test]
fn a_long_value_is_held_or_refused_too() {
    #[derive(Debug, Model)]
    #[model(table = "keys", hash_key = "{value:lower}")]
    struct Keyed {
        #[model(key_only)]
        value: String,
    }
    assert!(Keyed { value: "a".repeat(1_100) }.key().is_ok());
    assert_eq!(Keyed { value: "A".repeat(1_100) }.key().unwrap_err().kind(), ErrorKind::InvalidKey);
}

/// The derive and the library must agree on the formats that hold only a part of some values.
#[test]
fn a_key_only_value_is_read_back_or_refused() {
    macro_rules! key_only {
        ($type:ty, $template:literal, $value:expr) => {{
            #[derive(Debug, Model)]
            #[model(table = "keys", hash_key = $template)]
            struct Keyed {
                #[model(key_only)]
                value: $type,
            }
            let value: $type = $value;
            Keyed { value: value.clone() }.key().map(|key| assert_eq!(key.parts().unwrap(), (value,)))
        }};
    }
    macro_rules! each {
        ($outcome:ident: $($type:ty, $value:expr, $($template:literal)+;)+) => {$($(
            assert!(key_only!($type, $template, $value).$outcome(), "{} of {}", $template, stringify!($value));
        )+)+};
    }
    let (fine, whole) = (datetime!(2024-03-01 9:30:00.123456789 UTC), datetime!(2024-03-01 0:00 UTC));
    let text = |text: &str| text.to_owned();
    each! { is_err:
        OffsetDateTime, fine, "{value:.0}" "{value:.3}" "{value:.8}" "{value:date}" "{value:seconds}" "{value:millis}";
        String, text("Ann"), "{value:lower}" "{value:upper}";
    }
    each! { is_ok:
        OffsetDateTime, whole, "{value:.0}" "{value:.3}" "{value:date}" "{value:seconds}" "{value:millis}";
        OffsetDateTime, fine, "{value}" "{value:.9}";
        String, text("ann"), "{value:lower}";
        String, text("ANN"), "{value:upper}";
        Uuid, Uuid::from_u128(7), "{value:simple}" "{value:upper}";
        u32, 7, "{value:plain}" "{value:06}";
    }
}

#[test]
fn a_document_shows_the_formats_as_they_are_declared() {
    let chart = TableDocument::<Events>::new().model::<Event>().model::<Entry>().render(DocumentFormat::Markdown);
    for template in
        ["USER#{email:lower}", "EVENT#{at:.3}#{id:simple}", "DAY#{at:date}", "AT#{at:millis}", "AT#{at}#{n:plain}"]
    {
        assert!(chart.contains(template), "{template}: {chart}");
    }
}

#[test]
fn a_time_whose_digits_do_not_sort_is_refused() {
    for time in [datetime!(2001-09-09 1:46:39 UTC), datetime!(2286-11-20 17:46:40 UTC), datetime!(1969-01-01 0:00 UTC)]
    {
        for error in [key_of!(OffsetDateTime, "{value:seconds}", time), key_of!(OffsetDateTime, "{value:millis}", time)]
        {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidKey);
            assert!(error.to_string().contains("before September 2001"), "{error}");
        }
    }
}

proptest! {
    #[test]
    fn times_sort_as_their_keys_do(a in 1_000_000_000_000_000_000_i128..9_999_999_999_999_999_999, step in 0_i128..3_000_000_000) {
        let time = |nanos| OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
        let (a, b) = (time(a), time((a + step).min(9_999_999_999_999_999_999)));
        macro_rules! sorted {
            ($($template:literal)+) => {$(
                prop_assert!(
                    key_of!(OffsetDateTime, $template, a).unwrap() <= key_of!(OffsetDateTime, $template, b).unwrap(),
                    "{}", $template,
                );
            )+};
        }
        sorted!("{value:.0}" "{value:.3}" "{value:.9}" "{value:date}" "{value:seconds}" "{value:millis}");
    }
}

#[derive(Table)]
#[table(
    name = "events",
    hash_key = "PK",
    range_key = "SK",
    index(name = "by_time", hash_key = "GSI1PK", range_key = "GSI1SK")
)]
struct Events;

/// A model over the items of a program in JavaScript, which has the time in its keys only.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Events, hash_key = "USER#{email:lower}", range_key = "EVENT#{at:.3}#{id:simple}", key_escape = false)]
#[model(index(by_time, hash_key = "DAY#{at:date}", range_key = "AT#{at:millis}"))]
struct Event {
    email: String,
    #[model(key_only)]
    at: OffsetDateTime,
    #[model(key_only)]
    id: Uuid,
    note: String,
}

/// Both keys hold a part of the time: the range key holds more of it.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Events, hash_key = "DAY#{at:date}", range_key = "SEEN#{at:.3}#{n:plain}", key_escape = false)]
struct Seen {
    at: OffsetDateTime,
    n: u32,
}

/// The same, with the time in the keys only.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Events, hash_key = "DAY#{at:date}", range_key = "{at:seconds}#{at:.3}#{n:plain}", key_escape = false)]
struct SeenOnly {
    #[model(key_only)]
    at: OffsetDateTime,
    n: u32,
}

/// A partition for each day, in which the events are in order.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Events, hash_key = "DAY#{at:date}", range_key = "AT#{at}#{n:plain}", key_escape = false)]
struct Entry {
    #[model(key_only)]
    at: OffsetDateTime,
    n: u32,
}

fn event(at: OffsetDateTime) -> Event {
    Event { email: "Ann@X.org".into(), at, id: Uuid::from_u128(1), note: "seen".into() }
}

#[tokio::test]
async fn items_of_another_program_are_read_and_written_back() {
    stand::run(async |stand| {
        Events::create_table().await.unwrap();
        let stored = item([
            ("PK", s("USER#ann@x.org")),
            ("SK", s("EVENT#2024-03-01T09:30:00.250Z#00000000000000000000000000000001")),
            ("GSI1PK", s("DAY#2024-03-01")),
            ("GSI1SK", s("AT#1709285400250")),
            ("email", s("Ann@X.org")),
            ("note", s("seen")),
        ]);
        stand.put_raw("events", stored.clone()).await;
        let mut read = event(datetime!(2024-03-01 9:30:00.25 UTC));
        let key = || ("ANN@x.org", read.at, read.id);
        assert_eq!(Event::get(key()).await.unwrap().as_ref(), Some(&read));
        read.clone().save().await.unwrap();
        assert_eq!(stand.stored("events").await, std::slice::from_ref(&stored));
        Event::update(key()).set(|event| event.note, "read").await.unwrap();
        read.note = "read".into();

        // Every moment of the day names its partition.
        let day = |hour| {
            Event::index(Events::BY_TIME).query(date!(2024 - 03 - 01).with_hms(hour, 0, 0).unwrap().assume_utc())
        };
        assert_eq!(day(0).await.unwrap(), [read.clone()]);
        assert_eq!(day(23).await.unwrap(), [read.clone()]);
        assert_eq!(day(9).ge(read.at).await.unwrap(), [read.clone()]);
        assert_eq!(day(9).gt(read.at).await.unwrap(), []);
        assert_eq!(Event::query("ann@X.ORG").lt(datetime!(2024-03-02 0:00 UTC)).await.unwrap(), [read.clone()]);
        assert_eq!(Event::query("ann@X.ORG").eq((read.at, read.id)).await.unwrap(), [read]);
    })
    .await;
}

#[tokio::test]
async fn a_key_never_stands_for_less_than_its_value_unnoticed() {
    stand::run(async |stand| {
        Events::create_table().await.unwrap();
        let fine = datetime!(2024-03-01 9:30:00.2504 UTC);
        // The field would be read back without its last digit.
        let error = event(fine).save().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
        assert!(error.to_string().contains("`{at:.3}` holds only a part"), "{error}");
        assert_eq!(Event::get(("a", fine, Uuid::nil())).await.unwrap_err().kind(), ErrorKind::InvalidKey);
        // A range that begins inside of a millisecond cannot be told by the keys.
        for bound in [
            Event::query("a").ge(fine).await,
            Event::query("a").gt(fine).await,
            Event::query("a").lt((fine, Uuid::nil())).await,
            Event::query("a").between(datetime!(2024-01-01 0:00 UTC), fine).await,
            Event::index(Events::BY_TIME).query(fine).ge(fine).await,
        ] {
            let error = bound.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidKey, "{error}");
            assert!(error.to_string().contains("holds only a part of this value of `at`"), "{error}");
        }
        // An upsert makes the item from its key, which has lost the case of the address.
        let (at, id) = (datetime!(2024-03-01 9:30 UTC), Uuid::nil());
        let upsert = Event::upsert(("Ann", at, id)).set(|event| event.note, "new").await.unwrap_err();
        assert!(upsert.to_string().contains("`email`"), "{upsert}");
        assert_eq!(stand.stored("events").await, []);

        // The range key holds what the hash key does not.
        let mut entry = Entry { at: fine, n: 7 };
        entry.create().await.unwrap();
        assert_eq!(entry.key().unwrap().parts().unwrap(), (fine, 7));
        assert_eq!(Entry::get((fine, 7)).await.unwrap(), Some(entry.clone()));
        assert_eq!(Entry::query(at).gt(at).await.unwrap(), [entry.clone()]);
        assert_eq!(Entry::upsert((fine, 8)).await.unwrap(), Entry { n: 8, ..entry });
    })
    .await;
}
