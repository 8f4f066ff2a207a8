//! Computations on integers: what would not fit the type of the field is refused, and nothing is stored.

use singlet::{Attribute, ErrorKind, Model, Update};

use crate::stand::{self, n};

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
struct Points(u16);

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Inner {
    small: u8,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "scores", hash_key = "SCORE#{id}")]
struct Score {
    id: u32,
    small: u8,
    signed: i8,
    wide: u64,
    widest: u128,
    other: u8,
    points: Points,
    maybe: Option<u32>,
    inner: Inner,
    float: f64,
}

fn score() -> Score {
    Score {
        id: 1,
        small: 200,
        signed: -100,
        wide: 5,
        widest: 5,
        other: 7,
        points: Points(10),
        maybe: None,
        inner: Inner { small: 3 },
        float: 1.0,
    }
}

type Change = fn(Update<'static, Score>) -> Update<'static, Score>;

#[tokio::test]
async fn what_does_not_fit_is_refused_and_names_the_attribute() {
    let changes: [(&str, Change); 13] = [
        ("small", |u| u.add(|s| s.small, 56)),
        ("small", |u| u.subtract(|s| s.small, 201)),
        ("signed", |u| u.subtract(|s| s.signed, 29)),
        ("signed", |u| u.add(|s| s.signed, -29)),
        ("wide", |u| u.subtract(|s| s.wide, 6)),
        ("wide", |u| u.add(|s| s.wide, u64::MAX)),
        ("widest", |u| u.subtract(|s| s.widest, 6)),
        ("other", |u| u.subtract(|s| s.other, Score::FIELDS.small)),
        ("points", |u| u.subtract(|s| s.points, Points(11))),
        ("points", |u| u.add(|s| s.points, Points(u16::MAX))),
        ("maybe", |u| u.subtract(|s| s.maybe, 1)),
        ("inner.small", |u| u.subtract(|s| s.inner.small, 4)),
        ("inner.small", |u| u.add(|s| s.inner.small, 253)),
    ];
    stand::run(async |stand| {
        Score::create_table().await.unwrap();
        score().create().await.unwrap();
        for (attribute, change) in changes {
            let error = change(Score::update(1)).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some(attribute)), "{error}");
            assert!(error.to_string().contains("would not fit"), "{error}");
            let error = singlet::transact_write().write(change(Score::update(1))).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some(attribute)), "{error}");
            assert_eq!(stand.only_item("scores").await, score().to_item().unwrap());
        }
    })
    .await;
}

/// What a change leaves in the local value.
type Expected = fn(&mut Score);

#[tokio::test]
async fn what_fits_is_stored_up_to_the_bounds() {
    let changes: [(Change, Expected); 12] = [
        (|u| u.add(|s| s.small, 55), |s| s.small = 255),
        (|u| u.subtract(|s| s.small, 200), |s| s.small = 0),
        (|u| u.subtract(|s| s.signed, 28), |s| s.signed = -128),
        (|u| u.add(|s| s.signed, 127), |s| s.signed = 27),
        (|u| u.add(|s| s.wide, u64::MAX - 5), |s| s.wide = u64::MAX),
        (|u| u.subtract(|s| s.widest, 5), |s| s.widest = 0),
        (|u| u.subtract(|s| s.small, Score::FIELDS.other), |s| s.small = 193),
        (|u| u.subtract(|s| s.points, Points(10)), |s| s.points = Points(0)),
        (|u| u.add(|s| s.maybe, u32::MAX), |s| s.maybe = Some(u32::MAX)),
        (|u| u.subtract(|s| s.maybe, 0), |s| s.maybe = Some(0)),
        (|u| u.subtract(|s| s.inner.small, 3), |s| s.inner.small = 0),
        (|u| u.subtract(|s| s.float, 9.0), |s| s.float = -8.0),
    ];
    stand::run(async |_| {
        Score::create_table().await.unwrap();
        for (change, expect) in changes {
            score().save().await.unwrap();
            let mut expected = score();
            expect(&mut expected);
            assert_eq!(change(Score::update(1)).await.unwrap(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_whose_result_cannot_be_read_says_that_it_was_written() {
    stand::run(async |stand| {
        Score::create_table().await.unwrap();
        let damaged = async || {
            let mut item = score().to_item().unwrap();
            item.insert("signed".into(), n(1_000));
            stand.put_raw("scores", item).await;
        };
        damaged().await;
        let mut errors = vec![Score::update(1).set(|s| s.small, 1).await.unwrap_err()];
        assert_eq!(stand.only_item("scores").await["small"], n(1));
        damaged().await;
        let mut local = score();
        errors.push(local.modify().set(|s| s.small, 1).await.unwrap_err());
        assert_eq!(local, score());
        damaged().await;
        errors.push(Score::update(1).set(|s| s.small, 1).return_old().await.unwrap_err());
        damaged().await;
        errors.push(score().save().return_old().await.unwrap_err());
        assert_eq!(stand.only_item("scores").await, score().to_item().unwrap());
        damaged().await;
        errors.push(score().delete().return_old().await.unwrap_err());
        assert_eq!(stand.stored("scores").await, []);
        damaged().await;
        errors.push(singlet::transact_write().write(local.modify().set(|s| s.small, 2)).await.unwrap_err());
        assert_eq!(stand.only_item("scores").await["small"], n(2));
        for error in errors {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("signed")), "{error}");
            assert!(error.to_string().starts_with("the write was done"), "{error}");
        }
    })
    .await;
}
