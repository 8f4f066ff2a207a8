//! Keys sort as their values do, and ranges select exactly what a naive filter selects.

use proptest::prelude::*;
use proptest::sample::select;
use singlet::{Attribute, Binary, ErrorKind, Model, Number, Query};

use crate::stand;

/// Short texts of the characters that sort near the separator, near the escapes, and at the ends of Unicode.
fn texts() -> impl Strategy<Value = String> {
    let characters = [
        '\0',
        '\u{1f}',
        ' ',
        '!',
        '"',
        '#',
        '$',
        '%',
        '&',
        '2',
        '3',
        'A',
        'E',
        'F',
        'a',
        'é',
        '\u{d7ff}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10fffd}',
        '\u{10fffe}',
        '\u{10ffff}',
    ];
    let drawn = proptest::collection::vec(select(characters.to_vec()), 1..4);
    prop_oneof![4 => drawn.prop_map(String::from_iter), 1 => "[^\u{0}]{1,8}"]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Attribute)]
enum Level {
    #[attribute(rename = "a b")]
    A,
    #[attribute(rename = "a#b")]
    B,
    #[attribute(rename = "ab")]
    C,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Attribute)]
struct Slug(String);

/// One property for each type: the key of the value with a text after it sorts as the pair does, is different for a
/// different pair, and gives the pair back.
macro_rules! sorts_in_a_pair {
    ($($name:ident: $type:ty, $strategy:expr;)+) => {$(
        #[test]
        fn $name() {
            #[derive(Debug, Model)]
            #[model(table = "keys", hash_key = "V", range_key = "{value}#{tail}")]
            struct Keyed {
                #[model(key_only)]
                value: $type,
                #[model(key_only)]
                tail: String,
            }
            let pair = || ($strategy, texts());
            proptest!(|(a in pair(), b in pair(), same in any::<bool>())| {
                let [a, mut b] = [a, b].map(|(value, tail)| Keyed { value, tail });
                if same {
                    b.value = a.value.clone();
                }
                let (a_key, b_key) = (a.key().unwrap(), b.key().unwrap());
                let order = a.value.cmp(&b.value).then(a.tail.cmp(&b.tail));
                prop_assert_eq!(a_key.range().unwrap().as_str().cmp(&b_key.range().unwrap().as_str()), order);
                prop_assert_eq!(a_key.parts().unwrap(), (a.value, a.tail));
            });
        }
    )+};
}
sorts_in_a_pair! {
    texts_sort: String, texts();
    boxed_texts_sort: Box<str>, texts().prop_map(String::into_boxed_str);
    newtypes_sort: Slug, texts().prop_map(Slug);
    characters_sort: char, prop_oneof![any::<char>(), texts().prop_map(|text| text.chars().next().unwrap())];
    enums_sort_by_their_names: Level, select(vec![Level::A, Level::B, Level::C]);
    flags_sort: bool, any::<bool>();
    u8_sorts: u8, any::<u8>();
    u16_sorts: u16, any::<u16>();
    u32_sorts: u32, any::<u32>();
    u64_sorts: u64, any::<u64>();
    u128_sorts: u128, any::<u128>();
    usize_sorts: usize, any::<usize>();
    i8_sorts: i8, any::<i8>();
    i16_sorts: i16, any::<i16>();
    i32_sorts: i32, any::<i32>();
    i64_sorts: i64, prop_oneof![-20..20_i64, any::<i64>()];
    i128_sorts: i128, any::<i128>();
    isize_sorts: isize, any::<isize>();
    numbers_sort: Number, numbers();
    decimals_sort: rust_decimal::Decimal,
        any::<(i64, u8)>().prop_map(|(m, scale)| rust_decimal::Decimal::new(m, u32::from(scale % 20)).normalize());
    uuids_sort: uuid::Uuid, any::<u128>().prop_map(uuid::Uuid::from_u128);
    times_sort: time::OffsetDateTime, instants();
    utc_times_sort: time::UtcDateTime, instants().prop_map(time::OffsetDateTime::to_utc);
    local_times_sort: time::PrimitiveDateTime,
        instants().prop_map(|at| time::PrimitiveDateTime::new(at.date(), at.time()));
    dates_sort: time::Date, instants().prop_map(time::OffsetDateTime::date);
    times_of_day_sort: time::Time, instants().prop_map(time::OffsetDateTime::time);
    chrono_times_sort: chrono::DateTime<chrono::Utc>, chrono_instants();
    chrono_local_times_sort: chrono::NaiveDateTime, chrono_instants().prop_map(|at| at.naive_utc());
    chrono_dates_sort: chrono::NaiveDate, chrono_instants().prop_map(|at| at.date_naive());
    chrono_times_of_day_sort: chrono::NaiveTime, chrono_instants().prop_map(|at| at.time());
}

fn numbers() -> impl Strategy<Value = Number> {
    let mantissas = prop_oneof![-1000..1000_i128, -(10_i128.pow(38) - 1)..10_i128.pow(38)];
    (mantissas, prop_oneof![-3..3, -130..88])
        .prop_map(|(mantissa, exponent)| Number::from_parts(mantissa, exponent).unwrap())
}

/// The years 0 to 9999.
fn seconds() -> std::ops::Range<i64> {
    -62_167_219_200..253_402_300_800
}

fn instants() -> impl Strategy<Value = time::OffsetDateTime> {
    (seconds(), 0..1_000_000_000_i64).prop_map(|(second, nanos)| {
        time::OffsetDateTime::from_unix_timestamp(second).unwrap() + time::Duration::nanoseconds(nanos)
    })
}

fn chrono_instants() -> impl Strategy<Value = chrono::DateTime<chrono::Utc>> {
    (seconds(), 0..1_000_000_000_u32)
        .prop_map(|(second, nanos)| chrono::DateTime::from_timestamp(second, nanos).unwrap())
}

fn check(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn run(test: impl AsyncFnOnce()) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(stand::run(async |_| test().await));
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Model)]
#[model(table = "names", hash_key = "NAMES", range_key = "NAME#{first}#{last}#{born}")]
struct Name {
    first: String,
    last: String,
    born: i8,
}

/// A query, and whether a naive filter selects an item for it.
type Case<M> = (&'static str, Query<M>, Box<dyn Fn(&M) -> bool>);

fn cases_of_names(low: &Name, high: &Name) -> Vec<Case<Name>> {
    let query = || Name::query(());
    let one = |name: &Name| name.first.clone();
    let two = |name: &Name| (name.first.clone(), name.last.clone());
    let all = |name: &Name| (name.first.clone(), name.last.clone(), name.born);
    macro_rules! cases {
        ($($parts:ident),+) => { vec![$(
            ("eq", query().eq($parts(low)), { let low = $parts(low); Box::new(move |name: &Name| $parts(name) == low) as _ }),
            ("ge", query().ge($parts(low)), { let low = $parts(low); Box::new(move |name: &Name| $parts(name) >= low) as _ }),
            ("gt", query().gt($parts(low)), { let low = $parts(low); Box::new(move |name: &Name| $parts(name) > low) as _ }),
            ("le", query().le($parts(low)), { let low = $parts(low); Box::new(move |name: &Name| $parts(name) <= low) as _ }),
            ("lt", query().lt($parts(low)), { let low = $parts(low); Box::new(move |name: &Name| $parts(name) < low) as _ }),
            ("between", query().between($parts(low), $parts(high)), {
                let range = $parts(low)..=$parts(high);
                Box::new(move |name: &Name| range.contains(&$parts(name))) as _
            }),
            ("gt and lt", query().gt($parts(low)).lt($parts(high)), {
                let (low, high) = ($parts(low), $parts(high));
                Box::new(move |name: &Name| $parts(name) > low && $parts(name) < high) as _
            }),
        )+] };
    }
    let mut cases: Vec<Case<Name>> = cases!(one, two, all);
    let beginning = |text: &str| text.chars().next().map(String::from).unwrap();
    let begun = beginning(&low.first);
    cases.push(("begins_with", query().begins_with(&begun), Box::new(move |name| name.first.starts_with(&begun))));
    let (first, begun) = (low.first.clone(), beginning(&high.last));
    cases.push((
        "begins_with two",
        query().begins_with((&first, &begun)),
        Box::new(move |name| name.first == first && name.last.starts_with(&begun)),
    ));
    let (begun, from) = (beginning(&low.first), one(high));
    cases.push((
        "begins_with and gt",
        query().begins_with(&begun).gt(&from),
        Box::new(move |name| name.first.starts_with(&begun) && name.first > from),
    ));
    cases
}

#[test]
fn ranges_of_templates_select_what_a_filter_selects() {
    let names = || (texts(), texts(), any::<i8>()).prop_map(|(first, last, born)| Name { first, last, born });
    proptest!(check(24), |(mut stored in proptest::collection::vec(names(), 2..12))| {
        run(async || {
            Name::create_table().await.unwrap();
            // Some share their leading parts.
            for at in (1..stored.len()).step_by(2) {
                stored[at].first = stored[at - 1].first.clone();
            }
            singlet::batch_write().put_all(&stored).await.unwrap();
            stored.sort();
            stored.dedup();
            assert_eq!(Name::query(()).await.unwrap(), stored);
            for (low, high) in stored.iter().zip(stored.iter().skip(1).chain(&stored[..1])) {
                for (what, query, selects) in cases_of_names(low, high) {
                    let expected: Vec<Name> = stored.iter().filter(|name| selects(name)).cloned().collect();
                    assert_eq!(query.await.unwrap(), expected, "{what} {low:?} {high:?}");
                }
            }
        });
    });
}

/// The same for a key that is a field.
macro_rules! ranges_of_a_field {
    ($name:ident: $type:ty, $strategy:expr $(, $begins:expr, $beginning:expr)?) => {
        #[test]
        fn $name() {
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Model)]
            #[model(table = "fields")]
            struct Field {
                #[model(hash_key)]
                partition: u8,
                #[model(range_key)]
                value: $type,
            }
            proptest!(check(16), |(values in proptest::collection::btree_set($strategy, 2..10))| {
                run(async || {
                    Field::create_table().await.unwrap();
                    let stored: Vec<Field> = values.iter().map(|value| Field { partition: 1, value: value.clone() }).collect();
                    singlet::batch_write().put_all(&stored).await.unwrap();
                    let query = || Field::query(1);
                    assert_eq!(query().await.unwrap(), stored);
                    for (low, high) in stored.iter().zip(stored.iter().skip(1).chain(&stored[..1])) {
                        let (low, high) = (&low.value, &high.value);
                        let cases: Vec<Case<Field>> = vec![
                            ("eq", query().eq(low), { let low = low.clone(); Box::new(move |field| field.value == low) }),
                            ("ge", query().ge(low), { let low = low.clone(); Box::new(move |field| field.value >= low) }),
                            ("gt", query().gt(low), { let low = low.clone(); Box::new(move |field| field.value > low) }),
                            ("le", query().le(low), { let low = low.clone(); Box::new(move |field| field.value <= low) }),
                            ("lt", query().lt(low), { let low = low.clone(); Box::new(move |field| field.value < low) }),
                            ("between", query().between(low, high), {
                                let range = low.clone()..=high.clone();
                                Box::new(move |field| range.contains(&field.value))
                            }),
                            ("gt and lt", query().gt(low).lt(high), {
                                let (low, high) = (low.clone(), high.clone());
                                Box::new(move |field| field.value > low && field.value < high)
                            }),
                            $(
                                ("begins_with", query().begins_with($beginning(low)), {
                                    let begun = $beginning(low);
                                    Box::new(move |field| $begins(&field.value, &begun))
                                }),
                                ("begins_with and le", query().begins_with($beginning(low)).le(high), {
                                    let (begun, high) = ($beginning(low), high.clone());
                                    Box::new(move |field| $begins(&field.value, &begun) && field.value <= high)
                                }),
                            )?
                        ];
                        for (what, query, selects) in cases {
                            let expected: Vec<Field> = stored.iter().filter(|field| selects(field)).cloned().collect();
                            assert_eq!(query.await.unwrap(), expected, "{what} {low:?} {high:?}");
                        }
                    }
                });
            });
        }
    };
}
ranges_of_a_field!(
    ranges_of_texts: String,
    texts(),
    |text: &String, begun: &String| text.starts_with(begun.as_str()),
    |text: &String| text.chars().take(1).collect::<String>()
);
ranges_of_a_field!(
    ranges_of_bytes: Binary,
    proptest::collection::vec(select(vec![0_u8, 1, 127, 254, 255]), 1..4).prop_map(Binary::from),
    |bytes: &Binary, begun: &Binary| bytes.starts_with(begun),
    |bytes: &Binary| Binary::from(bytes[..1].to_vec())
);
ranges_of_a_field!(ranges_of_integers: i16, prop_oneof![-3..3_i16, any::<i16>()]);
ranges_of_a_field!(ranges_of_numbers: Number, numbers());
ranges_of_a_field!(ranges_of_times: time::OffsetDateTime, instants());

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "orders", hash_key = "C#{customer}", range_key = "ORDER#{date}#{id}")]
struct Order {
    customer: String,
    date: time::Date,
    id: u32,
}

#[tokio::test]
async fn a_key_begins_with_the_beginning_of_a_value() {
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        for (id, (month, day)) in (1..).zip([(3, 1), (3, 9), (4, 1)]) {
            let date = time::Date::from_calendar_date(2024, time::Month::try_from(month).unwrap(), day).unwrap();
            Order { customer: "a".into(), date, id }.save().await.unwrap();
        }
        let march = Order::query("a").begins_with("2024-03");
        let body: serde_json::Value = serde_json::from_str(march.explain().unwrap().body()).unwrap();
        assert_eq!(body["KeyConditionExpression"], "#0 = :0 AND begins_with(#1, :1)");
        assert_eq!(body["ExpressionAttributeValues"][":1"]["S"], "ORDER#2024-03");
        assert_eq!(march_ids(Order::query("a").begins_with("2024-03")).await, [1, 2]);
        assert_eq!(march_ids(Order::query("a").begins_with("2024-03-0").descending()).await, [2, 1]);
        assert_eq!(march_ids(Order::query("a").begins_with("2024-05")).await, [0_u32; 0]);
        assert_eq!(march_ids(Order::query("a").begins_with("")).await, [1, 2, 3]);
    })
    .await;
}

async fn march_ids(query: Query<Order>) -> Vec<u32> {
    query.await.unwrap().iter().map(|order| order.id).collect()
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "P", range_key = "N#{n:plain}#{m}")]
struct Unsorted {
    n: u32,
    m: u32,
}

#[tokio::test]
async fn a_placeholder_that_does_not_sort_has_no_ranges() {
    stand::run(async |_| {
        Unsorted::create_table().await.unwrap();
        for n in [9, 10] {
            Unsorted { n, m: 1 }.save().await.unwrap();
        }
        assert_eq!(Unsorted::query(()).eq(9).await.unwrap(), [Unsorted { n: 9, m: 1 }]);
        for query in [
            Unsorted::query(()).ge(9),
            Unsorted::query(()).gt(9),
            Unsorted::query(()).le((9, 1)),
            Unsorted::query(()).lt(9),
            Unsorted::query(()).between(9, 10),
        ] {
            assert_eq!(query.await.unwrap_err().kind(), ErrorKind::InvalidKey);
        }
    })
    .await;
}
