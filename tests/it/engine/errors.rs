//! Errors: told apart by their kind, with the SDK's own kept, and silent about values.

use std::error::Error as _;

use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Error, ErrorKind, Model, RawExpression, Table};

use crate::shop::{Customer, CustomerId, Order, Shop, customer, order};
use crate::stand::{self, n, s};
use crate::transport::Transport;

/// What logs show of an error. Its sources are the SDK's own, and show what the service says.
fn shown(error: &Error) -> String {
    format!("{error} {error:?} {error:#?}")
}

#[tokio::test]
async fn an_unknown_table_is_named() {
    stand::run(async |_| {
        let error = Order::get(("c-1", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TableNotFound);
        assert_eq!((error.model(), error.table()), (Some("Order"), Some("shop")));
        assert!(error.to_string().contains("`shop`"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn the_sdks_error_is_the_source() {
    stand::run(async |_| {
        let error = Order::get(("c-1", 1)).await.unwrap_err();
        let mut cause = error.source();
        let found = std::iter::from_fn(|| {
            let current = cause?;
            cause = current.source();
            Some(current)
        })
        .any(|cause| cause.downcast_ref::<GetItemError>().is_some_and(GetItemError::is_resource_not_found_exception));
        assert!(found, "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn each_code_has_its_kind() {
    stand::run(async |stand| {
        for (status, code, kind) in [
            (400, "ProvisionedThroughputExceededException", ErrorKind::Throttled),
            (400, "ThrottlingException", ErrorKind::Throttled),
            (400, "RequestLimitExceeded", ErrorKind::Throttled),
            (400, "ResourceNotFoundException", ErrorKind::TableNotFound),
            (400, "ResourceInUseException", ErrorKind::TableInUse),
            (400, "ValidationException", ErrorKind::Validation),
            (400, "ConditionalCheckFailedException", ErrorKind::ConditionFailed),
            (400, "AccessDeniedException", ErrorKind::Service),
            (500, "InternalServerError", ErrorKind::Service),
        ] {
            let client = stand.through(&Transport::failing(status, code));
            let error = order("c-1", 1).save().client(&client).await.unwrap_err();
            assert_eq!((error.kind(), error.model()), (kind, Some("Order")), "{code}");
            assert!(error.source().is_some(), "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_that_exists_is_in_use() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        assert_eq!(Shop::create_table().await.unwrap_err().kind(), ErrorKind::TableInUse);
        Shop::create_table().if_absent().await.unwrap();
    })
    .await;
}

#[test]
fn a_missing_attribute_names_model_attribute_and_type() {
    let mut stored = order("c-1", 1).to_item().unwrap();
    stored.remove("cents");
    let error = Order::from_item(&stored).unwrap_err();
    assert_eq!((error.kind(), error.model(), error.attribute()), (ErrorKind::Decode, Some("Order"), Some("cents")));
    assert!(error.to_string().contains("expected N"), "{error}");
}

#[test]
fn an_attribute_of_another_type_is_named_by_its_path() {
    let mut stored = customer("c-1").to_item().unwrap();
    let Some(AttributeValue::M(address)) = stored.get_mut("address") else { panic!("the address is a map") };
    address.insert("city".into(), n(7));
    let error = Customer::from_item(&stored).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("address.city")));
    assert!(error.to_string().contains("expected S, found N"), "{error}");
}

const SECRET: &str = "S3CRET";

/// A secret in every place an error could show it from: keys, values, old items, answers of the service.
#[tokio::test]
async fn no_error_shows_a_key_or_a_value() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut errors = Vec::new();
        let mut secret = customer(SECRET);
        secret.address.city = SECRET.into();
        secret.nick = Some(SECRET.into());
        secret.create().await.unwrap();
        errors.push(secret.create().await.unwrap_err());
        let unequal = || RawExpression::new("nick <> :n").value(":n", SECRET);
        errors.push(secret.save().when_raw(unequal()).await.unwrap_err());
        errors.push(secret.delete().when_raw(unequal()).await.unwrap_err());
        let wrong = RawExpression::new("nick = :n AND (").value(":n", SECRET);
        errors.push(secret.save().when_raw(wrong).await.unwrap_err());
        let unused = RawExpression::new("attribute_exists(pk)").value(":n", SECRET);
        errors.push(secret.save().when_raw(unused).await.unwrap_err());
        errors.push(secret.save().table("absent").await.unwrap_err());
        errors.push(singlet::batch_write().put(&secret).put(&secret).await.unwrap_err());

        let stored = stand.only_item("shop").await;
        for (name, value) in [("_type", s(SECRET)), ("points", s(SECRET)), ("points", n("9.5")), ("address", s(SECRET))]
        {
            let mut damaged = stored.clone();
            damaged.insert(name.into(), value);
            stand.put_raw("shop", damaged).await;
            errors.push(Customer::get(SECRET).await.unwrap_err());
        }
        let key = CustomerId(SECRET.repeat(400));
        errors.push(Customer::get(&key).await.unwrap_err());
        errors.push(singlet::Key::<Customer>::parse(SECRET, Some(SECRET.into())).unwrap_err());
        for line in [
            format!(r#"{{"Item":{{"pk":{{"S":"{SECRET}"}},"sk":{{"N":"{SECRET}"}}}}}}"#),
            format!(r#"{{"Item":{{"pk":{{"S":"{SECRET}"}},"sk":{{"S":"{SECRET}"}},"n":{{"N":"{SECRET}"}}}}}}"#),
            format!(r#"{{"Item":{{"pk":{{"S":"{SECRET}"}}}}}}"#),
            format!(r#"{{"Item":{{"pk":{{"{SECRET}":"x"}}}}}}"#),
            format!(r#"{{"{SECRET}":1}}"#),
            SECRET.to_owned(),
        ] {
            errors.push(singlet::import("shop", line.as_bytes()).await.unwrap_err());
        }
        for error in &errors {
            assert!(!shown(error).contains(SECRET), "{}", shown(error));
        }
    })
    .await;
}

#[test]
fn operations_show_no_values() {
    let mut secret = customer(SECRET);
    let condition = RawExpression::new("nick = :n").value(":n", SECRET);
    let texts = [
        format!("{condition:?}"),
        format!("{:?}", secret.save().when_raw(condition.clone())),
        format!("{:?}", secret.save().return_old()),
        format!("{:?}", secret.delete()),
        format!("{:?}", Customer::get(SECRET)),
        format!("{:?}", Customer::query(SECRET)),
        format!("{:?}", Customer::exists(SECRET)),
        format!("{:?}", singlet::batch_write().put(&secret)),
        format!("{:?}", Customer::key_of(SECRET).unwrap()),
        format!("{:?}", singlet::Binary::from(SECRET.as_bytes())),
    ];
    for text in texts {
        assert!(!text.contains(SECRET), "{text}");
    }
}
