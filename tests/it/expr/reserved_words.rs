//! Attribute names that DynamoDB would not take as they are: all of them go through placeholders.

use std::collections::BTreeMap;

use singlet::{Attribute, ErrorKind, Model};

use crate::stand;
use crate::transport::Transport;

/// [AWS's list](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html).
const WORDS: &str = include_str!("../../data/reserved_words.txt");

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Nested {
    b: u32,
    #[attribute(rename = "#n")]
    hash: Option<u32>,
}

/// Names that are reserved words, that look like expressions, or that differ in a separator only.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "names", hash_key = "NAMES#{size}")]
struct Names {
    size: u32,
    #[model(rename = "SET")]
    set: u32,
    #[model(rename = "name")]
    word: u32,
    status: u32,
    date: u32,
    #[model(rename = "a.b")]
    dotted: u32,
    a: Nested,
    #[model(rename = "x-y")]
    hyphened: u32,
    xy: u32,
    #[model(rename = "x y")]
    spaced: u32,
    #[model(rename = "#0")]
    hash: u32,
    #[model(rename = ":0")]
    colon: u32,
    #[model(rename = "1st")]
    leading_digit: u32,
    #[model(rename = "🦀")]
    crab: u32,
    #[model(rename = "list[0]")]
    bracketed: u32,
    #[model(rename = "q\"uo\\te")]
    quoted: u32,
    values: BTreeMap<String, u32>,
}

fn names(size: u32) -> Names {
    Names {
        size,
        set: 1,
        word: 2,
        status: 3,
        date: 4,
        dotted: 5,
        a: Nested { b: 6, hash: None },
        hyphened: 7,
        xy: 8,
        spaced: 9,
        hash: 10,
        colon: 11,
        leading_digit: 12,
        crab: 13,
        bracketed: 14,
        quoted: 15,
        values: BTreeMap::new(),
    }
}

#[tokio::test]
async fn awkward_names_are_conditions_and_updates() {
    stand::run(async |_| {
        Names::create_table().await.unwrap();
        let mut expected = names(1);
        expected.create().await.unwrap();
        // Each is told from each by its value, so that a mixed-up placeholder fails the condition.
        let update = Names::update(1)
            .when(|n| n.set.eq(1) & n.word.eq(2) & n.status.eq(3) & n.date.eq(4) & n.dotted.eq(5) & n.a.b.eq(6))
            .when(|n| n.hyphened.eq(7) & n.xy.eq(8) & n.spaced.eq(9) & n.hash.eq(10) & n.colon.eq(11))
            .when(|n| n.leading_digit.eq(12) & n.crab.eq(13) & n.bracketed.eq(14) & n.quoted.eq(15) & n.size.eq(1))
            .add(|n| n.set, 100)
            .add(|n| n.word, 100)
            .add(|n| n.status, 100)
            .set(|n| n.date, 104)
            .add(|n| n.dotted, 100)
            .add(|n| n.a.b, 100)
            .set(|n| n.a.hash, 1)
            .add(|n| n.hyphened, 100)
            .add(|n| n.xy, 100)
            .add(|n| n.spaced, 100)
            .add(|n| n.hash, 100)
            .add(|n| n.colon, 100)
            .add(|n| n.leading_digit, 100)
            .add(|n| n.crab, 100)
            .add(|n| n.bracketed, 100)
            .add(|n| n.quoted, 100);
        let new = update.await.unwrap();
        for value in [&mut expected.set, &mut expected.word, &mut expected.status, &mut expected.date] {
            *value += 100;
        }
        for value in [&mut expected.dotted, &mut expected.a.b, &mut expected.hyphened, &mut expected.xy] {
            *value += 100;
        }
        for value in [&mut expected.spaced, &mut expected.hash, &mut expected.colon, &mut expected.leading_digit] {
            *value += 100;
        }
        for value in [&mut expected.crab, &mut expected.bracketed, &mut expected.quoted] {
            *value += 100;
        }
        expected.a.hash = Some(1);
        assert_eq!(new, expected);
        assert_eq!(Names::get(1).await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn every_reserved_word_is_a_name() {
    stand::run(async |_| {
        Names::create_table().await.unwrap();
        names(1).create().await.unwrap();
        let words: Vec<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 573);
        let mut expected = BTreeMap::new();
        // Fewer than the operators that one condition may have.
        for (n, words) in words.chunks(60).enumerate() {
            let update = words.iter().zip(0..).fold(Names::update(1), |update, (word, value)| {
                let (lower, upper) = (word.to_lowercase(), (*word).to_owned());
                update.set(|n| n.values.key(upper), value).when(|n| n.values.key(lower).not_exists())
            });
            update.await.unwrap_or_else(|error| panic!("chunk {n}: {error}"));
            expected.extend(words.iter().zip(0..).map(|(word, value)| ((*word).to_owned(), value)));
        }
        assert_eq!(Names::get(1).await.unwrap().unwrap().values, expected);
    })
    .await;
}

#[test]
fn a_name_and_a_path_with_a_dot_are_two_places() {
    let request = Names::update(1).set(|n| n.dotted, 1).set(|n| n.a.b, 2).explain().unwrap();
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    assert_eq!(body["UpdateExpression"], "SET #1 = :0, #2.#3 = :1");
    assert_eq!(body["ExpressionAttributeNames"], serde_json::json!({"#0": "pk", "#1": "a.b", "#2": "a", "#3": "b"}));
}

#[test]
fn a_name_and_a_value_are_sent_once() {
    let request = Names::update(1).set(|n| n.status, 7).when(|n| n.status.ne(7) & n.date.ne(7)).explain().unwrap();
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    assert_eq!(body["ExpressionAttributeNames"].as_object().unwrap().len(), 3, "{body}");
    assert_eq!(body["ExpressionAttributeValues"], serde_json::json!({":0": {"N": "7"}}));
}

#[tokio::test]
async fn overlapping_paths_are_refused_unsent() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let twice = |update: singlet::Update<'static, Names>| update.client(&client).into_future();
        for (update, attribute) in [
            (twice(Names::update(1).set(|n| n.status, 1).set(|n| n.status, 1)), "status"),
            (twice(Names::update(1).set(|n| n.status, 1).add(|n| n.status, 1)), "status"),
            (twice(Names::update(1).set(|n| n.a, Nested { b: 1, hash: None }).set(|n| n.a.b, 1)), "a.b"),
            (twice(Names::update(1).remove(|n| n.a.hash).set(|n| n.a, Nested { b: 1, hash: None })), "a"),
            (twice(Names::update(1).set(|n| n.a.hash, 1).remove(|n| n.a.hash)), "a.#n"),
            (twice(Names::update(1).set(|n| n.values.key("k"), 1).remove(|n| n.values.key("k"))), "values[..]"),
        ] {
            let error = update.await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)));
        }
        assert_eq!(transport.sent().len(), 0);
        // These do not overlap.
        let update = Names::update(1).set(|n| n.values.key("k"), 1).set(|n| n.values.key("k.k"), 1).set(|n| n.a.b, 1);
        update.set(|n| n.a.hash, 1).set(|n| n.dotted, 1).explain().unwrap();
    })
    .await;
}
