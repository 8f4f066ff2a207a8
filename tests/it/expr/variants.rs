//! Paths into the variants of enums: what a variant holds is absent from a value of another one, and no update of it changes
//! such a value.

use std::collections::{BTreeMap, BTreeSet};

use singlet::expr::{AttributeType, Condition};
use singlet::{Attribute, ErrorKind, Model, RawExpression, Update, transact_write};

use crate::stand::{self, Stand, item, n, s};

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    city: String,
    zip: Option<String>,
}

/// An entry per variant.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "camelCase")]
enum Payment {
    Card {
        last4: String,
        #[attribute(rename = "net", alias = "network")]
        network: Option<String>,
        billing: Option<Address>,
    },
    #[attribute(rename = "due")]
    Invoice {
        number: u32,
        last4: Option<String>,
    },
    Transfer(Address),
    GiftCard(Option<String>),
    Codes(BTreeSet<String>),
    Cash,
}

/// The fields beside a tag: several variants have fields of the same names.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
enum Shipment {
    Parcel {
        weight: u32,
        note: Option<String>,
        tags: BTreeSet<String>,
        #[attribute(alias = "remark")]
        label: Option<String>,
        #[attribute(compressed)]
        manifest: Option<String>,
    },
    Letter {
        weight: u32,
        note: Option<String>,
        tags: BTreeSet<String>,
        remark: Option<String>,
    },
    Pickup(Shop),
    Type,
    Super,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Shop {
    weight: u32,
    #[attribute(flatten)]
    address: Address,
    payment: Option<Payment>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Leg {
    by: Shipment,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "orders", hash_key = "ORDER#{id}")]
struct Order {
    id: u32,
    payment: Payment,
    shipment: Option<Shipment>,
    #[model(alias = "way")]
    leg: Option<Leg>,
    legs: Vec<Leg>,
    paid: BTreeMap<String, Payment>,
    weight: u32,
    text: Option<String>,
}

fn parcel(weight: u32) -> Shipment {
    Shipment::Parcel { weight, note: Some("fragile".into()), tags: ["a".into()].into(), label: None, manifest: None }
}

fn letter(weight: u32) -> Shipment {
    Shipment::Letter { weight, note: Some("fragile".into()), tags: ["a".into()].into(), remark: Some("blue".into()) }
}

fn pickup() -> Shipment {
    let address = Address { city: "Rome".into(), zip: None };
    Shipment::Pickup(Shop { weight: 5, address, payment: Some(card("1111")) })
}

fn card(last4: &str) -> Payment {
    Payment::Card { last4: last4.into(), network: None, billing: None }
}

fn order(payment: Payment, shipment: Option<Shipment>) -> Order {
    Order { id: 1, payment, shipment, leg: None, legs: Vec::new(), paid: BTreeMap::new(), weight: 1, text: None }
}

type Fields = <Order as Model>::Fields;
type ConditionOf = fn(Fields) -> Condition<Order>;

/// Whether the condition holds, as a filter and as the condition of a write.
async fn holds(name: &str, condition: ConditionOf) -> bool {
    let found = Order::scan().filter(condition).count().await.unwrap() == 1;
    let written = Order::update(1).set(|o| o.weight, 1).when(condition).await;
    assert_eq!(written.is_ok(), found, "{name}: {written:?}");
    found
}

#[tokio::test]
async fn a_value_of_another_variant_has_nothing_of_this_one() {
    // What holds for a parcel of 5, and what for anything else.
    let conditions: [(&str, bool, bool, ConditionOf); 19] = [
        ("eq", true, false, |o| o.shipment.parcel.weight.eq(5)),
        ("ne", false, true, |o| o.shipment.parcel.weight.ne(5)),
        ("not eq", false, true, |o| !o.shipment.parcel.weight.eq(5)),
        ("lt", true, false, |o| o.shipment.parcel.weight.lt(9)),
        ("ge", true, false, |o| o.shipment.parcel.weight.ge(5)),
        ("between", true, false, |o| o.shipment.parcel.weight.between(1, 9)),
        ("is_in", true, false, |o| o.shipment.parcel.note.is_in(["fragile", "b"])),
        ("exists", true, false, |o| o.shipment.parcel.note.exists()),
        ("not_exists", false, true, |o| o.shipment.parcel.note.not_exists()),
        ("not not_exists", true, false, |o| !o.shipment.parcel.note.not_exists()),
        ("attribute_type", true, false, |o| o.shipment.parcel.weight.attribute_type(AttributeType::N)),
        ("begins_with", true, false, |o| o.shipment.parcel.note.begins_with("fra")),
        ("contains", true, false, |o| o.shipment.parcel.tags.contains("a")),
        ("size", true, false, |o| o.shipment.parcel.note.size().gt(2)),
        ("size ne", true, false, |o| o.shipment.parcel.note.size().ne(2)),
        ("path", true, false, |o| o.shipment.parcel.weight.gt(Order::FIELDS.weight)),
        ("of path", true, false, |o| o.weight.lt(Order::FIELDS.shipment.parcel.weight)),
        ("either", true, false, |o| o.shipment.parcel.weight.eq(5) | o.shipment.parcel.note.eq("x")),
        ("renamed", false, false, |o| o.shipment.parcel.label.exists()),
    ];
    let shipments = [Some(parcel(5)), Some(letter(5)), Some(pickup()), Some(Shipment::Type), None];
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        for shipment in shipments {
            order(Payment::Cash, shipment.clone()).put().await.unwrap();
            let is_parcel = shipment == Some(parcel(5));
            for (name, of_parcel, of_others, condition) in conditions {
                let expected = if is_parcel { of_parcel } else { of_others };
                assert_eq!(holds(name, condition).await, expected, "{name}, {shipment:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_that_is_absent_rules_out_no_other() {
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        let conditions: [(ConditionOf, [bool; 4]); 3] = [
            (|o| o.text.is_in([o.shipment.parcel.note, o.shipment.letter.note]), [true, true, false, false]),
            (|o| !o.text.is_in([o.shipment.parcel.note, o.shipment.letter.note]), [false, false, true, true]),
            (|o| o.text.is_in([o.payment.invoice.last4, o.shipment.letter.note]), [false, true, false, false]),
        ];
        for (number, shipment) in [Some(parcel(5)), Some(letter(5)), Some(pickup()), None].into_iter().enumerate() {
            let mut order = order(Payment::Cash, shipment);
            order.text = Some("fragile".into());
            order.put().await.unwrap();
            for (condition, expected) in conditions {
                assert_eq!(holds("in", condition).await, expected[number], "{number}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_variant_itself_is_a_condition() {
    let shipments: [(Option<Shipment>, Option<usize>); 5] = [
        (Some(parcel(5)), Some(0)),
        (Some(letter(5)), Some(1)),
        (Some(pickup()), Some(2)),
        (Some(Shipment::Type), Some(3)),
        (None, None),
    ];
    let payments = [
        card("4242"),
        Payment::Invoice { number: 7, last4: Some("4242".into()) },
        Payment::Transfer(Address { city: "Rome".into(), zip: None }),
        Payment::GiftCard(None),
        Payment::Cash,
    ];
    let of_shipment: [ConditionOf; 4] = [
        |o| o.shipment.parcel.is_stored(),
        |o| o.shipment.letter.is_stored(),
        |o| o.shipment.pickup.is_stored(),
        |o| o.shipment.r#type.is_stored(),
    ];
    let of_payment: [ConditionOf; 5] = [
        |o| o.payment.card.is_stored(),
        |o| o.payment.invoice.is_stored(),
        |o| o.payment.transfer.is_stored(),
        |o| o.payment.gift_card.is_stored(),
        |o| o.payment.cash.is_stored(),
    ];
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        for (shipment, expected) in shipments {
            order(Payment::Cash, shipment).put().await.unwrap();
            for (number, condition) in of_shipment.into_iter().enumerate() {
                assert_eq!(holds("shipment", condition).await, Some(number) == expected, "{number}");
            }
            assert!(!holds("super", |o| o.shipment.super_.is_stored()).await);
        }
        for (expected, payment) in payments.into_iter().enumerate() {
            order(payment, None).put().await.unwrap();
            for (number, condition) in of_payment.into_iter().enumerate() {
                assert_eq!(holds("payment", condition).await, number == expected, "{number}, {expected}");
            }
            assert_eq!(holds("field", |o| o.payment.card.last4.eq("4242")).await, expected == 0);
            assert_eq!(holds("wrapped", |o| o.payment.transfer.city.eq("Rome")).await, expected == 2);
            assert!(holds("NULL", |o| o.payment.gift_card.not_exists()).await);
        }
    })
    .await;
}

#[tokio::test]
async fn paths_go_through_structs_lists_maps_and_former_names() {
    stand::run(async |stand| {
        Order::create_table().await.unwrap();
        let mut value = order(card("4242"), Some(pickup()));
        value.leg = Some(Leg { by: parcel(7) });
        value.legs = vec![Leg { by: letter(7) }, Leg { by: parcel(8) }];
        value.paid.insert("monday".into(), card("9"));
        value.put().await.unwrap();
        let conditions: [(&str, bool, ConditionOf); 11] = [
            ("nested", true, |o| o.leg.by.parcel.weight.eq(7)),
            ("other", false, |o| o.leg.by.letter.weight.eq(7)),
            ("element", true, |o| o.legs.at(1).by.parcel.weight.eq(8)),
            ("other element", false, |o| o.legs.at(0).by.parcel.weight.eq(7)),
            ("element's variant", true, |o| o.legs.at(0).by.letter.is_stored()),
            ("entry", true, |o| o.paid.key("monday").card.last4.eq("9")),
            ("no entry", false, |o| o.paid.key("tuesday").card.is_stored()),
            ("wrapped", true, |o| o.shipment.pickup.weight.eq(5)),
            ("flattened", true, |o| o.shipment.pickup.address.city.eq("Rome")),
            ("enum in a variant", true, |o| o.shipment.pickup.payment.card.last4.eq("1111")),
            ("whole", true, |o| o.payment.eq(card("4242"))),
        ];
        for (name, expected, condition) in conditions {
            assert_eq!(holds(name, condition).await, expected, "{name}");
        }
        // An older program has stored the leg and the network of the card under other names.
        let mut older = value.to_item().unwrap();
        let leg = older.remove("leg").unwrap();
        older.insert("way".into(), leg);
        let card = item([("last4", s("4242")), ("network", s("visa"))]);
        older.insert("payment".into(), aws_m(item([("card", aws_m(card))])));
        stand.put_raw("orders", older).await;
        let conditions: [(&str, bool, ConditionOf); 4] = [
            ("former enum", true, |o| o.leg.by.parcel.weight.eq(7)),
            ("other variant", false, |o| o.leg.by.letter.weight.eq(7)),
            ("former enum's variant", true, |o| o.leg.by.parcel.is_stored()),
            ("former field", true, |o| o.payment.card.network.eq("visa")),
        ];
        for (name, expected, condition) in conditions {
            assert_eq!(holds(name, condition).await, expected, "{name}");
        }
        let new = Order::update(1).set(|o| o.payment.card.network, "amex").await.unwrap();
        assert_eq!(new.payment, Payment::Card { last4: "4242".into(), network: Some("amex".into()), billing: None });
        let stored = stand.only_item("orders").await;
        let card = stored["payment"].as_m().unwrap()["card"].as_m().unwrap();
        assert_eq!((card.get("net"), card.get("network")), (Some(&s("amex")), None));
    })
    .await;
}

fn aws_m(item: singlet::Item) -> aws_sdk_dynamodb::types::AttributeValue {
    aws_sdk_dynamodb::types::AttributeValue::M(item)
}

#[tokio::test]
async fn an_update_changes_what_the_variant_holds() {
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        let mut value = order(card("4242"), Some(parcel(5)));
        value.legs = vec![Leg { by: letter(7) }];
        value.put().await.unwrap();
        let new = Order::update(1)
            .set(|o| o.payment.card.last4, "1")
            .set(|o| o.payment.card.billing, Address { city: "Oslo".into(), zip: None })
            .add(|o| o.shipment.parcel.weight, 2)
            .remove(|o| o.shipment.parcel.note)
            .add_elements(|o| o.shipment.parcel.tags, ["b"])
            .set(|o| o.shipment.parcel.manifest, "text")
            .subtract(|o| o.legs.at(0).by.letter.weight, 3)
            .set(|o| o.weight, Order::FIELDS.shipment.parcel.weight)
            .await
            .unwrap();
        let billing = Some(Address { city: "Oslo".into(), zip: None });
        assert_eq!(new.payment, Payment::Card { last4: "1".into(), network: None, billing });
        let tags = ["a".into(), "b".into()].into();
        let manifest = Some("text".into());
        assert_eq!(new.shipment, Some(Shipment::Parcel { weight: 7, note: None, tags, label: None, manifest }));
        assert_eq!((&new.legs[..], new.weight), (&[Leg { by: letter(4) }][..], 5));

        let new = Order::update(1).set(|o| o.payment.card.billing.city, "Rome").await.unwrap();
        assert!(matches!(new.payment, Payment::Card { billing: Some(Address { city, .. }), .. } if city == "Rome"));

        order(Payment::GiftCard(None), Some(pickup())).put().await.unwrap();
        let new = Order::update(1)
            .set(|o| o.payment.gift_card, "X7")
            .set(|o| o.shipment.pickup.address.city, "Bergen")
            .set(|o| o.shipment.pickup.payment.card.last4, "2")
            .await
            .unwrap();
        let address = Address { city: "Bergen".into(), zip: None };
        let shop = Shop { weight: 5, address, payment: Some(card("2")) };
        assert_eq!((new.payment, new.shipment), (Payment::GiftCard(Some("X7".into())), Some(Shipment::Pickup(shop))));
        // The whole is another variant.
        let new = Order::update(1).set(|o| o.payment, Payment::Cash).await.unwrap();
        assert_eq!(new.payment, Payment::Cash);
    })
    .await;
}

fn one() -> RawExpression {
    RawExpression::new(":one").value(":one", 1)
}

/// Every action on what a value of another variant does not hold is refused, names the enum, and changes nothing.
async fn refused(stand: &Stand, attribute: &str, updates: Vec<Update<'static, Order>>) {
    let before = stand.stored("orders").await;
    for (number, update) in updates.into_iter().enumerate() {
        let error = update.await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attribute()),
            (ErrorKind::ConditionFailed, Some(attribute)),
            "{number}: {error}"
        );
        assert_eq!(stand.stored("orders").await, before, "{number}");
    }
}

#[tokio::test]
async fn an_update_of_another_variant_changes_nothing() {
    stand::run(async |stand| {
        Order::create_table().await.unwrap();
        let update = || Order::update(1);
        for shipment in [Some(letter(5)), Some(pickup()), Some(Shipment::Type), None] {
            order(Payment::Invoice { number: 7, last4: None }, shipment).put().await.unwrap();
            let updates = vec![
                update().set(|o| o.shipment.parcel.weight, 6),
                update().set(|o| o.shipment.parcel.weight, 6).create_parents(),
                update().add(|o| o.shipment.parcel.weight, 6),
                update().subtract(|o| o.shipment.parcel.weight, 9),
                update().remove(|o| o.shipment.parcel.note),
                update().set_if_absent(|o| o.shipment.parcel.label, "x"),
                update().add_elements(|o| o.shipment.parcel.tags, ["b"]),
                update().delete_elements(|o| o.shipment.parcel.tags, ["a"]),
                update().set(|o| o.weight, Order::FIELDS.shipment.parcel.weight),
                update().add(|o| o.weight, Order::FIELDS.shipment.parcel.weight),
                update().set_raw(|o| o.shipment.parcel.weight, one()),
                update().set(|o| o.text, "t").set(|o| o.shipment.parcel.note, "t"),
            ];
            refused(stand, "shipment", updates).await;
            let updates = vec![
                update().set(|o| o.payment.card.last4, "1"),
                update().set(|o| o.payment.card.last4, "1").create_parents(),
                update().set(|o| o.payment.card.billing.city, "Rome").create_parents(),
                update().remove(|o| o.payment.card.network),
                update().set(|o| o.payment.gift_card, "X7"),
                update().set(|o| o.payment.transfer.city, "Rome").create_parents(),
                update().set(|o| o.text, Order::FIELDS.payment.card.last4),
            ];
            refused(stand, "payment", updates).await;
        }
        let error = transact_write().write(update().set(|o| o.shipment.parcel.weight, 6)).await.unwrap_err();
        assert!(error.is_condition_failed(), "{error}");
        // There is no item, so there is no card either.
        let upsert = Order::upsert(2)
            .set(|o| o.payment.card.last4, "1")
            .set(|o| o.legs, Vec::new())
            .set(|o| o.paid, BTreeMap::new())
            .set(|o| o.weight, 1);
        let error = upsert.create_parents().await.unwrap_err();
        assert!(error.is_condition_failed(), "{error}");
        assert_eq!(stand.stored("orders").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_update_keeps_the_value_that_a_variant_wraps() {
    stand::run(async |stand| {
        Order::create_table().await.unwrap();
        order(Payment::Codes(["a".into()].into()), None).put().await.unwrap();
        let before = stand.only_item("orders").await;
        let updates = [
            Order::update(1).delete_elements(|o| o.payment.codes, ["a"]),
            Order::update(1).set(|o| o.payment.codes, BTreeSet::new()),
        ];
        for update in updates {
            let error = update.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
            assert!(error.attribute().unwrap().starts_with("payment."), "{error}");
        }
        assert_eq!(stand.only_item("orders").await, before);
        let new = Order::update(1).add_elements(|o| o.payment.codes, ["b"]).await.unwrap();
        assert_eq!(new.payment, Payment::Codes(["a".into(), "b".into()].into()));
    })
    .await;
}

#[tokio::test]
async fn an_absent_value_that_a_variant_wraps_is_not_copied() {
    stand::run(async |stand| {
        Order::create_table().await.unwrap();
        order(Payment::GiftCard(None), Some(parcel(5))).put().await.unwrap();
        let before = stand.only_item("orders").await;
        let update = Order::update(1).set(|o| o.shipment.parcel.note, Order::FIELDS.payment.gift_card);
        let error = update.return_nothing().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("payment.giftCard")));
        assert_eq!(stand.only_item("orders").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_read_of_fields_returns_nothing_of_another_variant() {
    stand::run(async |_| {
        Order::create_table().await.unwrap();
        order(card("4242"), Some(parcel(5))).put().await.unwrap();
        let read =
            || Order::get(1).fields(|o| (o.shipment.parcel.note, o.shipment.letter.note, o.payment.card.network));
        assert_eq!(read().await.unwrap(), Some((Some("fragile".into()), None, None)));
        assert_eq!(Order::get(1).fields(|o| (o.payment.card.last4,)).await.unwrap(), Some(("4242".into(),)));
        let error = Order::get(1).fields(|o| (o.shipment.letter.weight,)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
    })
    .await;
}

#[tokio::test]
async fn a_missing_map_in_the_variant_is_created() {
    stand::run(async |stand| {
        Order::create_table().await.unwrap();
        order(card("4242"), None).put().await.unwrap();
        let error = Order::update(1).set(|o| o.payment.card.billing.city, "Rome").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("payment.card.billing")));
        let new = Order::update(1).set(|o| o.payment.card.billing.city, "Rome").create_parents().await.unwrap();
        assert!(matches!(new.payment, Payment::Card { billing: Some(Address { city, .. }), .. } if city == "Rome"));
        assert_eq!(stand.only_item("orders").await["weight"], n(1));
    })
    .await;
}
