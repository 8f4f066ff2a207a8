//! Compares bodies with those that the SDK writes.

use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure, Select};
use aws_smithy_types::Blob;

use super::*;
use crate::expr::{Actions, Tree};
use crate::key::{KeyType, KeyValue};
use crate::schema::{KeySchema, ModelSchema};
use crate::splice;
use crate::wire::Name;

fn check<R: SdkOperation>(builder: &R) {
    let mut body = RequestBody::new(None, Unconverted::default());
    assert!(R::write_body(Some(builder), &mut body), "{:?}", R::CODEC);
    let body = String::from_utf8(body.finish().unwrap()).unwrap();
    let of_sdk = splice::serialize(R::CODEC, builder.input().unwrap(), None).unwrap();
    assert_eq!(body, String::from_utf8(of_sdk).unwrap());
}

const TABLE: TableSchema = TableSchema::new("shop", KeySchema::new(Name::new("pk", "\"pk\":"), KeyType::S))
    .range_key(KeySchema::new(Name::new("sk", "\"sk\":"), KeyType::N));

/// Compares values instead of texts, because the order of the SDK's maps varies.
fn check_unconverted<R: SdkOperation>(builder: R, unconverted: Unconverted<'_>) {
    let mut body = RequestBody::new(None, unconverted);
    assert!(R::write_body(Some(&builder), &mut body), "{:?}", R::CODEC);
    let body: serde_json::Value = serde_json::from_slice(&body.finish().unwrap()).unwrap();
    let input = unconverted.complete(builder).input().unwrap();
    let of_sdk: serde_json::Value = serde_json::from_slice(&splice::serialize(R::CODEC, input, None).unwrap()).unwrap();
    assert_eq!(body, of_sdk);
    assert!(body.as_object().unwrap().len() > 1, "{body}");
}

#[test]
fn a_body_equals_that_of_the_completed_builder() {
    let sdk = crate::op::engine::context::offline();
    let sdk = sdk.sdk();
    let key = RawKey { hash: "a \"b\"".into(), range: Some(KeyValue::N("-1.50".into())) };
    let key = Some((&TABLE, &key));
    let names = vec![("#0".into(), "ä".into()), ("#own".into(), "b".into())];
    let values = vec![(":0".into(), AttributeValue::S("\n".into())), (":1".into(), AttributeValue::Null(true))];
    let mut without_values = Placeholders::default();
    without_values.names = names;
    let mut full = without_values.clone();
    full.values = values;
    let table = Some("t \"ä\"");
    let by_key = Unconverted { table, key, ..Unconverted::default() };
    check_unconverted(sdk.get_item(), by_key);
    // A request without a builder has the same body as one whose builder is empty.
    let [mut without, mut empty] = [by_key, by_key].map(|unconverted| RequestBody::new(None, unconverted));
    assert!(GetItemFluentBuilder::write_body(None, &mut without));
    assert!(GetItemFluentBuilder::write_body(Some(&GetItemFluentBuilder::empty(sdk)), &mut empty));
    assert_eq!(without.finish().unwrap(), empty.finish().unwrap());
    // DynamoDB refuses an empty map.
    for placeholders in [Placeholders::default(), without_values, full] {
        let full = ReadExpressions {
            key_condition: Some("#0 = :0".into()),
            filter: Some("#own = :1".into()),
            projection: Some("#0, #own".into()),
            placeholders,
        };
        let mut placeholders = full.placeholders.clone();
        for read in [full.clone(), ReadExpressions { filter: None, projection: None, ..full }] {
            let expressions = Some((&read).into());
            let unconverted = Unconverted { table, expressions, ..Unconverted::default() };
            check_unconverted(sdk.query().limit(1), unconverted);
            check_unconverted(sdk.scan().limit(1), unconverted);
        }
        // A read by key has no values.
        placeholders.values.clear();
        let read = ReadExpressions { projection: Some("#0, #own".into()), placeholders, ..ReadExpressions::default() };
        let expressions = Some((&read).into());
        check_unconverted(sdk.get_item(), Unconverted { table, key, expressions, ..Unconverted::default() });
    }
}

#[test]
fn the_expressions_of_a_write_equal_those_of_the_completed_builder() {
    const OF_ENTITY: TableSchema = TABLE.entity(Name::new("\"type\"", "\"\\\"type\\\"\":"));
    const ORDER: &ModelSchema = &ModelSchema::new("Order", &OF_ENTITY).entity("Order\n", &[], false);
    let sdk = crate::op::engine::context::offline();
    let sdk = sdk.sdk();
    let key = RawKey { hash: "a \"b\"".into(), range: Some(KeyValue::N("-1.50".into())) };
    let key = Some((&OF_ENTITY, &key));
    let entity = WriteExpressions::of_entity(ORDER).unwrap();
    let mut guarded = entity.clone();
    guarded.guard(&Tree::exists("ä")).unwrap();
    let mut actions = Actions::default();
    actions.set("ä", AttributeValue::Bool(true));
    let mut updated = guarded.clone();
    updated.set_update(&actions).unwrap();
    for expressions in [WriteExpressions::default(), entity, guarded, updated.clone(), updated.without_returned_item()]
    {
        let expressions = Some((&expressions).into());
        let unconverted = |key| Unconverted { table: Some("t"), key, expressions, ..Unconverted::default() };
        let put = sdk.put_item().item("pk", AttributeValue::Bool(true));
        check_unconverted(put, unconverted(None));
        check_unconverted(sdk.update_item(), unconverted(key));
        check_unconverted(sdk.delete_item(), unconverted(key));
    }
}

#[test]
fn the_keys_of_a_batch_equal_those_of_the_completed_builder() {
    let sdk = crate::op::engine::context::offline();
    let sdk = sdk.sdk().batch_get_item();
    let [first, second] =
        ["a \"b\"", "ä"].map(|hash| RawKey { hash: hash.into(), range: Some(KeyValue::N("-1.50".into())) });
    let projection = Some(ReadExpressions::of_attributes(["ä", "b"]));
    let projected =
        BatchKeys { table: "t", keys: vec![(&TABLE, &first), (&TABLE, &second)], consistent: true, projection };
    let unprojected = BatchKeys { table: "u", keys: vec![(&TABLE, &first)], consistent: false, projection: None };
    let tables = [projected, unprojected];
    for keys in [&tables[..1], &tables[1..], &tables] {
        let unconverted = Unconverted { keys: Some(keys), ..Unconverted::default() };
        check_unconverted(sdk.clone().return_consumed_capacity(ReturnConsumedCapacity::Total), unconverted);
        // Only the SDK writes keys that are in the builder.
        let body = &mut RequestBody::new(None, Unconverted::default());
        let completed = unconverted.complete(sdk.clone());
        assert!(!SdkOperation::write_body(Some(&completed), body));
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "one request for each operation")]
fn a_body_equals_that_of_the_sdk() {
    let sdk = crate::op::engine::context::offline();
    let sdk = sdk.sdk();
    let text = || AttributeValue::S("\"q\" \\ \n\t\r\u{1} äß €\u{10ffff}".into());
    let number = || AttributeValue::N("-1.50".into());
    let all = || {
        let inner = [("t".to_owned(), text())].into();
        let values = vec![AttributeValue::B(Blob::new([0, 255, 7])), AttributeValue::Null(true), number()];
        let sets = vec![AttributeValue::Ss(vec!["b".into(), "a".into()]), AttributeValue::Ns(vec!["1".into()])];
        let others =
            vec![AttributeValue::Bs(vec![Blob::new("x")]), AttributeValue::Bool(false), AttributeValue::M(inner)];
        AttributeValue::L([values, sets, others].concat())
    };
    let total = ReturnConsumedCapacity::Total;
    let refused = ReturnValuesOnConditionCheckFailure::AllOld;
    check(&sdk.get_item().table_name("t").key("pk", text()).key("sk", number()));
    check(
        &sdk.get_item()
            .table_name("t")
            .key("pk", text())
            .consistent_read(true)
            .return_consumed_capacity(total.clone())
            .projection_expression("#0, #1")
            .expression_attribute_names("#0", "a")
            .expression_attribute_names("#1", "ä"),
    );
    check(
        &sdk.put_item()
            .table_name("t")
            .item("pk", text())
            .item("all", all())
            .return_values(ReturnValue::AllOld)
            .return_consumed_capacity(total.clone())
            .condition_expression("#0 = :0")
            .expression_attribute_names("#0", "a")
            .expression_attribute_values(":0", all())
            .return_values_on_condition_check_failure(refused.clone()),
    );
    check(
        &sdk.update_item()
            .table_name("t")
            .key("pk", text())
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(total.clone())
            .update_expression("SET #0 = :0")
            .condition_expression("#0 <> :0")
            .expression_attribute_names("#0", "a")
            .expression_attribute_values(":0", all())
            .return_values_on_condition_check_failure(refused.clone()),
    );
    check(
        &sdk.delete_item()
            .table_name("t")
            .key("pk", text())
            .return_values(ReturnValue::AllOld)
            .return_consumed_capacity(total.clone())
            .condition_expression("#0 = :0")
            .expression_attribute_names("#0", "a")
            .expression_attribute_values(":0", number())
            .return_values_on_condition_check_failure(refused),
    );
    check(
        &sdk.query()
            .table_name("t")
            .index_name("i")
            .select(Select::Count)
            .limit(7)
            .consistent_read(false)
            .scan_index_forward(false)
            .exclusive_start_key("pk", text())
            .return_consumed_capacity(total.clone())
            .projection_expression("#0")
            .filter_expression("#0 = :0")
            .key_condition_expression("pk = :0")
            .expression_attribute_names("#0", "a")
            .expression_attribute_values(":0", text()),
    );
    check(
        &sdk.scan()
            .table_name("t")
            .index_name("i")
            .limit(7)
            .select(Select::Count)
            .exclusive_start_key("pk", text())
            .return_consumed_capacity(total.clone())
            .total_segments(4)
            .segment(0)
            .projection_expression("#0")
            .filter_expression("#0 = :0")
            .expression_attribute_names("#0", "a")
            .expression_attribute_values(":0", text())
            .consistent_read(true),
    );
    check(&sdk.batch_write_item().return_consumed_capacity(total.clone()));
    check(&sdk.transact_write_items().return_consumed_capacity(total).client_request_token("token"));
}
