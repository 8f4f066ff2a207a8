//! The service's limits of expressions: what is over them is refused before it is sent, what is not is taken.

use singlet::expr::Condition;
use singlet::{ErrorKind, Model, Update};

use crate::basket::{Basket, full};
use crate::stand::{self, Stand};
use crate::transport::Transport;

type Fields = <Basket as Model>::Fields;

async fn stored() {
    Basket::create_table().await.unwrap();
    full(1).create().await.unwrap();
}

/// Sends the update, and gives whether it was sent and what came of it.
async fn outcome(stand: &Stand, update: Update<'_, Basket>) -> (bool, Result<(), ErrorKind>) {
    let transport = Transport::recording();
    let outcome = update.client(&stand.through(&transport)).return_nothing().await;
    (!transport.sent().is_empty(), outcome.map_err(|error| error.kind()))
}

fn guarded(condition: impl FnOnce(Fields) -> Condition<Basket>) -> Update<'static, Basket> {
    Basket::update(1).set(|b| b.gift, true).when(condition)
}

const REFUSED: (bool, Result<(), ErrorKind>) = (false, Err(ErrorKind::Validation));

#[tokio::test]
async fn is_in_takes_1_to_100_values() {
    stand::run(async |stand| {
        stored().await;
        assert_eq!(outcome(stand, guarded(|b| b.count.is_in(0..0))).await, REFUSED);
        assert_eq!(outcome(stand, guarded(|b| b.count.is_in(5..6))).await, (true, Ok(())));
        // The stored value is the last of the 100.
        assert_eq!(outcome(stand, guarded(|b| b.count.is_in(-94..=5))).await, (true, Ok(())));
        assert_eq!(outcome(stand, guarded(|b| b.count.is_in(-95..=5))).await, REFUSED);
    })
    .await;
}

/// A condition of `count` parts that does not hold.
type Shape = fn(Fields, usize) -> Condition<Basket>;

fn any(count: usize, part: impl Fn() -> Condition<Basket>) -> Condition<Basket> {
    Condition::any((0..count).map(|_| part())).unwrap()
}

/// Parts and operators: what DynamoDB Local counts, as its error messages tell.
#[tokio::test]
async fn a_condition_has_up_to_300_operators() {
    // With the update's own `attribute_exists(pk) AND`, 298 are left: one for each part, and one for
    // each `OR` between two.
    let shapes: [(&str, usize, Shape); 8] = [
        ("comparison", 149, |b, n| any(n, || b.count.lt(0))),
        ("between", 149, |b, n| any(n, || b.count.between(0, 1))),
        ("in", 149, |b, n| any(n, || b.count.is_in([0, 1]))),
        ("function", 149, |b, n| any(n, || b.note.begins_with("z"))),
        ("contains", 149, |b, n| any(n, || b.note.contains("z"))),
        // Three each, with the `OR`.
        ("size", 99, |b, n| any(n, || b.note.size().lt(0))),
        ("not", 99, |b, n| any(n, || !b.count.ge(0))),
        // Six each, with the `OR`: the brackets are none.
        ("group", 49, |b, n| any(n, || b.count.lt(0) & (b.gift.eq(true) | b.gift.eq(false)))),
    ];
    stand::run(async |stand| {
        stored().await;
        for (name, most, shape) in shapes {
            let sent = outcome(stand, guarded(|b| shape(b, most))).await;
            assert_eq!(sent, (true, Err(ErrorKind::ConditionFailed)), "{name}");
            assert_eq!(outcome(stand, guarded(|b| shape(b, most + 1))).await, REFUSED, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_expression_has_up_to_4096_bytes() {
    stand::run(async |stand| {
        stored().await;
        let own = "attribute_exists(#0) AND ()".len();
        let padded = |length: usize| format!("gift = :g{}", " ".repeat(length - own - "gift = :g".len()));
        let update = |length: usize| {
            let raw = singlet::RawExpression::new(padded(length)).value(":g", true);
            Basket::update(1).set(|b| b.gift, true).when_raw(raw)
        };
        assert_eq!(outcome(stand, update(4_096)).await, (true, Ok(())));
        assert_eq!(outcome(stand, update(4_097)).await, REFUSED);

        // `SET #1[1000].#2 = :0, ..`: 20 bytes for each action.
        let long = |actions: u32| {
            (1_000..1_000 + actions).fold(Basket::update(1), |update, n| update.set(|b| b.lines.at(n).price, 1))
        };
        assert!(outcome(stand, long(100)).await.0);
        assert_eq!(outcome(stand, long(300)).await, REFUSED);
    })
    .await;
}

#[tokio::test]
async fn an_empty_set_is_compared_with_nothing() {
    stand::run(async |stand| {
        let empty = std::collections::BTreeSet::<String>::new();
        assert_eq!(outcome(stand, guarded(|b| b.tags.eq(empty))).await, REFUSED);
    })
    .await;
}
