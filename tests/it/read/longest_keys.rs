//! Ranges whose bounds are as long as a range key can be, and longer.

use singlet::{Binary, ErrorKind, Model, Query, Result, Table};

use crate::shop::Shop;
use crate::stand;

/// DynamoDB's limit for a range key, in bytes.
const MOST: usize = 1024;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "BOOK#{id}", range_key = "LINE#{text}")]
struct Line {
    id: u32,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "texts")]
struct Text {
    #[model(hash_key)]
    id: u32,
    #[model(range_key)]
    text: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "bytes")]
struct Bytes {
    #[model(hash_key)]
    id: u32,
    #[model(range_key)]
    bytes: Binary,
}

/// Texts of these lengths that differ only at their ends.
fn texts(lengths: std::ops::RangeInclusive<usize>) -> Vec<String> {
    let ends = ["", "a", "b", "\u{7f}", "\u{80}", "\u{d7ff}", "\u{e000}", "\u{10ffff}"];
    let of = |length: usize| ends.iter().map(move |end| "x".repeat(length - end.len()) + end);
    lengths.flat_map(of).collect()
}

/// Compares each operator with a filter of all values, for each bound.
async fn check<M: Model, V: Clone + Ord>(
    all: &[V],
    bounds: &[V],
    value: fn(M) -> V,
    length: fn(&V) -> usize,
    most: usize,
    query: impl Fn(&str, &V) -> Query<M>,
) {
    let mut all = all.to_vec();
    all.sort();
    all.dedup();
    for bound in bounds {
        for operator in ["eq", "ge", "gt", "le", "lt"] {
            let found: Result<Vec<V>> =
                query(operator, bound).await.map(|items| items.into_iter().map(value).collect());
            if length(bound) > most {
                let kind = found.err().map(|error| error.kind());
                assert_eq!(kind, Some(ErrorKind::InvalidKey), "{operator} {}", length(bound));
                continue;
            }
            let holds = |value: &V| match operator {
                "eq" => value == bound,
                "ge" => value >= bound,
                "gt" => value > bound,
                "le" => value <= bound,
                _ => value < bound,
            };
            let expected: Vec<V> = all.iter().filter(|value| holds(value)).cloned().collect();
            let found = found.unwrap_or_else(|error| panic!("{operator} {}: {error}", length(bound)));
            assert!(found == expected, "{operator} {}: {} of {}", length(bound), found.len(), expected.len());
        }
    }
}

macro_rules! compared {
    ($query:expr, $operator:expr, $bound:expr) => {
        match $operator {
            "eq" => $query.eq($bound),
            "ge" => $query.ge($bound),
            "gt" => $query.gt($bound),
            "le" => $query.le($bound),
            _ => $query.lt($bound),
        }
    };
}

#[tokio::test]
async fn ranges_of_the_longest_texts_are_exact() {
    stand::run(async |_| {
        Text::create_table().await.unwrap();
        let (all, bounds) = (texts(1020..=MOST), texts(1021..=MOST + 1));
        singlet::batch_write().put_all(all.iter().map(|text| Text { id: 1, text: text.clone() })).await.unwrap();
        let query = |operator: &str, bound: &String| compared!(Text::query(1), operator, bound.clone());
        check(&all, &bounds, |item: Text| item.text, String::len, MOST, query).await;
        for beginning in &bounds {
            let expected = all.iter().filter(|text| text.starts_with(beginning.as_str())).count();
            let found = Text::query(1).begins_with(beginning.clone()).await;
            match found {
                Ok(found) => assert_eq!(found.len(), expected),
                Err(error) => assert!(beginning.len() > MOST && error.kind() == ErrorKind::InvalidKey, "{error}"),
            }
        }
    })
    .await;
}

/// The literal text of the template and the escapes count too.
#[tokio::test]
async fn ranges_of_the_longest_placeholders_are_exact() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let most = MOST - "LINE#".len();
        let is_escaped = |text: &String| text.contains('\u{10ffff}');
        let fits = |text: &String| text.len() + usize::from(is_escaped(text)) <= most;
        let all: Vec<String> = texts(most - 4..=most).into_iter().filter(fits).collect();
        let bounds: Vec<String> = texts(most - 3..=most + 1).into_iter().filter(|text| !is_escaped(text)).collect();
        singlet::batch_write().put_all(all.iter().map(|text| Line { id: 1, text: text.clone() })).await.unwrap();
        let query = |operator: &str, bound: &String| compared!(Line::query(1), operator, bound.clone());
        check(&all, &bounds, |item: Line| item.text, String::len, most, query).await;
        for beginning in &bounds {
            let expected = all.iter().filter(|text| text.starts_with(beginning.as_str())).count();
            match Line::query(1).begins_with(beginning.clone()).await {
                Ok(found) => assert_eq!(found.len(), expected),
                Err(error) => assert!(beginning.len() > most && error.kind() == ErrorKind::InvalidKey, "{error}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ranges_of_the_longest_bytes_are_exact() {
    stand::run(async |_| {
        Bytes::create_table().await.unwrap();
        let of = |lengths: std::ops::RangeInclusive<usize>| -> Vec<Vec<u8>> {
            let ends = [&[][..], &[0], &[1], &[255], &[255, 255]];
            let of = |length: usize| ends.iter().map(move |end| [&vec![7; length - end.len()], *end].concat());
            lengths.flat_map(of).collect()
        };
        let (all, bounds) = (of(1022..=MOST), of(1022..=MOST + 1));
        let items = all.iter().map(|bytes| Bytes { id: 1, bytes: bytes.clone().into() });
        singlet::batch_write().put_all(items).await.unwrap();
        let query = |operator: &str, bound: &Vec<u8>| compared!(Bytes::query(1), operator, Binary::from(bound.clone()));
        check(&all, &bounds, |item: Bytes| item.bytes.to_vec(), Vec::len, MOST, query).await;
    })
    .await;
}
