//! Writes the body of a request as bytes.
//!
//! The SDK's serializers need a copy of the whole request, so [direct](crate::op::engine::direct) requests do not use
//! them: [`SdkOperation::write_body`](crate::op::engine::sdk_operation::SdkOperation::write_body) writes the same
//! members in the same order.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::Placeholders;
use crate::key::RawKey;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::sdk_key::{sdk_key, write_key};
use crate::op::engine::sdk_operation::SdkOperation;
use crate::schema::TableSchema;
use crate::wire::{Fault, Writer};
use crate::{Item, item};

/// The usual length of the members that follow the head, in bytes.
pub(crate) const USUAL_LENGTH: usize = 512;

/// Returns a buffer that begins with `prefix`. It has capacity for `length` more bytes of the head, and usually for the members that
/// follow.
pub(crate) fn begin_head(prefix: &[u8], length: usize) -> Vec<u8> {
    let mut head = Vec::with_capacity(prefix.len() + length + USUAL_LENGTH);
    head.extend_from_slice(prefix);
    head
}

/// The members of a request that are added to its SDK builder only if the SDK sends the request. The body of a direct request is
/// written from singlet's own form of them, without the SDK's maps.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unconverted<'a> {
    pub(crate) key: Option<(&'a TableSchema, &'a RawKey)>,
    /// The keys of a batch.
    pub(crate) keys: Option<&'a [BatchKeys<'a>]>,
    pub(crate) placeholders: Option<&'a Placeholders>,
}

impl Unconverted<'_> {
    /// Converts them, and adds them to the SDK's builder.
    pub(crate) fn complete<R: SdkOperation>(self, mut builder: R) -> R {
        if let Some((table, key)) = self.key {
            builder = builder.set_own_key(sdk_key(table, key));
        }
        if let Some(keys) = self.keys {
            builder = builder.set_batch_keys(keys);
        }
        if let Some(placeholders) = self.placeholders {
            builder = builder.set_placeholders(placeholders);
        }
        builder
    }
}

/// A JSON object that is written member by member. A member without a value is left out.
pub(crate) struct RequestBody<'a> {
    writer: Writer,
    unconverted: Unconverted<'a>,
}

impl<'a> RequestBody<'a> {
    /// Begins with the members in `head`, which is JSON without the closing brace.
    pub(crate) fn new(head: Option<Vec<u8>>, unconverted: Unconverted<'a>) -> Self {
        let head = head.unwrap_or_else(|| begin_head(b"{", 0));
        RequestBody { writer: Writer::appending(head), unconverted }
    }

    /// Returns the object.
    ///
    /// # Errors
    ///
    /// Returns the fault of a value that cannot be written.
    pub(crate) fn finish(self) -> Result<Vec<u8>, Fault> {
        let (body, fault) = self.into_parts();
        fault.map_or(Ok(body), Err)
    }

    /// Returns the bytes, which always begin with the head, and the fault of the first value that could not be written.
    pub(crate) fn into_parts(mut self) -> (Vec<u8>, Option<Fault>) {
        self.writer.raw(b"}");
        self.writer.into_parts()
    }

    pub(crate) fn text(&mut self, member: &str, text: Option<&(impl AsRef<str> + ?Sized)>) {
        if let Some(text) = text {
            self.writer.key(member);
            self.writer.raw_text(text.as_ref());
        }
    }

    pub(crate) fn flag(&mut self, member: &str, flag: Option<&bool>) {
        if let Some(flag) = flag {
            self.writer.key(member);
            self.writer.raw(if *flag { b"true" } else { b"false" });
        }
    }

    pub(crate) fn number(&mut self, member: &str, number: Option<&i32>) {
        if let Some(number) = number {
            self.writer.key(member);
            self.writer.raw(number.to_string().as_bytes());
        }
    }

    /// Writes a value that is JSON already. Returns where it is.
    pub(crate) fn json(&mut self, member: &str, value: &[u8]) -> Range<usize> {
        self.writer.key(member);
        self.writer.raw(value);
        self.writer.written() - value.len()..self.writer.written()
    }

    /// Writes the key of a request for one item.
    pub(crate) fn key(&mut self, member: &str, key: Option<&Item>) {
        match self.unconverted.key {
            Some((table, key)) => {
                self.writer.key(member);
                write_key(table, key, &mut self.writer);
            }
            None => self.values(member, key),
        }
    }

    /// Writes the names of the expressions.
    pub(crate) fn expression_names(&mut self, member: &str, names: Option<&HashMap<String, String>>) {
        match self.unconverted.placeholders {
            Some(Placeholders { names, .. }) => {
                let names = names.iter().map(|(placeholder, name)| (placeholder, name));
                self.names(member, (names.len() > 0).then_some(names));
            }
            None => self.names(member, names),
        }
    }

    /// Writes the values of the expressions.
    pub(crate) fn expression_values(&mut self, member: &str, values: Option<&Item>) {
        match self.unconverted.placeholders {
            Some(Placeholders { values, .. }) => {
                let values = values.iter().map(|(placeholder, value)| (placeholder, value));
                self.values(member, (values.len() > 0).then_some(values));
            }
            None => self.values(member, values),
        }
    }

    /// Writes a map of texts.
    fn names<'n>(
        &mut self,
        member: &str,
        names: Option<impl IntoIterator<Item = (&'n (impl AsRef<str> + 'n), &'n (impl AsRef<str> + 'n))>>,
    ) {
        self.object(member, names, |body, (placeholder, name)| body.text(placeholder.as_ref(), Some(name)));
    }

    /// Writes a map of attribute values: an item, a key, or the values of an expression.
    pub(crate) fn values<'n>(
        &mut self,
        member: &str,
        values: Option<impl IntoIterator<Item = (&'n (impl AsRef<str> + 'n), &'n AttributeValue)>>,
    ) {
        self.object(member, values, Self::attribute);
    }

    /// Writes the keys of a batch, by table.
    pub(crate) fn batch_keys(&mut self, member: &str) {
        self.object(member, self.unconverted.keys, |body, of_table| {
            body.writer.key(of_table.table);
            body.writer.raw(b"{");
            body.writer.key("Keys");
            body.writer.raw(b"[");
            for (schema, key) in &of_table.keys {
                body.writer.element();
                write_key(schema, key, &mut body.writer);
            }
            body.writer.raw(b"]");
            body.flag("ConsistentRead", of_table.consistent.then_some(&true));
            if let Some((projection, Placeholders { names, .. })) = &of_table.projection {
                body.text("ProjectionExpression", Some(projection));
                body.names(
                    "ExpressionAttributeNames",
                    Some(names.iter().map(|(placeholder, name)| (placeholder, name))),
                );
            }
            body.writer.raw(b"}");
        });
    }

    fn attribute(&mut self, (name, value): (&(impl AsRef<str> + ?Sized), &AttributeValue)) {
        self.writer.key(name.as_ref());
        item::write_value(value, &mut self.writer);
    }

    fn object<T>(&mut self, member: &str, entries: Option<impl IntoIterator<Item = T>>, write: impl Fn(&mut Self, T)) {
        if let Some(entries) = entries {
            self.writer.key(member);
            self.writer.raw(b"{");
            for entry in entries {
                write(self, entry);
            }
            self.writer.raw(b"}");
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure, Select};
    use aws_smithy_types::Blob;

    use super::*;
    use crate::key::{KeyType, KeyValue};
    use crate::schema::KeySchema;
    use crate::splice;
    use crate::wire::Name;

    fn check<R: SdkOperation>(builder: &R) {
        let mut body = RequestBody::new(None, Unconverted::default());
        assert!(builder.write_body(&mut body), "{:?}", R::CODEC);
        let body = String::from_utf8(body.finish().unwrap()).unwrap();
        let of_sdk = splice::serialize(R::CODEC, builder.input().unwrap(), None).unwrap();
        assert_eq!(body, String::from_utf8(of_sdk).unwrap());
    }

    const TABLE: TableSchema = TableSchema::new("shop", KeySchema::new(Name::new("pk", "\"pk\":"), KeyType::S))
        .range_key(KeySchema::new(Name::new("sk", "\"sk\":"), KeyType::N));

    /// Compares values instead of texts, because the order of the SDK's maps varies.
    fn check_unconverted<R: SdkOperation>(builder: R, unconverted: Unconverted<'_>) {
        let mut body = RequestBody::new(None, unconverted);
        assert!(builder.write_body(&mut body), "{:?}", R::CODEC);
        let body: serde_json::Value = serde_json::from_slice(&body.finish().unwrap()).unwrap();
        let input = unconverted.complete(builder).input().unwrap();
        let of_sdk: serde_json::Value =
            serde_json::from_slice(&splice::serialize(R::CODEC, input, None).unwrap()).unwrap();
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
        check_unconverted(sdk.get_item().table_name("t"), Unconverted { key, ..Unconverted::default() });
        let placeholders = Some(&without_values);
        check_unconverted(sdk.get_item().table_name("t"), Unconverted { key, placeholders, ..Unconverted::default() });
        // DynamoDB refuses an empty map.
        for placeholders in [&Placeholders::default(), &without_values, &full] {
            let unconverted = |key| Unconverted { key, placeholders: Some(placeholders), ..Unconverted::default() };
            check_unconverted(sdk.put_item().table_name("t").item("pk", AttributeValue::Bool(true)), unconverted(None));
            check_unconverted(sdk.update_item().table_name("t"), unconverted(key));
            check_unconverted(sdk.delete_item().table_name("t"), unconverted(key));
            check_unconverted(sdk.query().table_name("t").limit(1), unconverted(None));
            check_unconverted(sdk.scan().table_name("t").limit(1), unconverted(None));
        }
    }

    #[test]
    fn the_keys_of_a_batch_equal_those_of_the_completed_builder() {
        let sdk = crate::op::engine::context::offline();
        let sdk = sdk.sdk().batch_get_item();
        let [first, second] =
            ["a \"b\"", "ä"].map(|hash| RawKey { hash: hash.into(), range: Some(KeyValue::N("-1.50".into())) });
        let mut placeholders = Placeholders::default();
        placeholders.names = vec![("#0".into(), "ä".into()), ("#1".into(), "b".into())];
        let projected = BatchKeys {
            table: "t",
            keys: vec![(&TABLE, &first), (&TABLE, &second)],
            consistent: true,
            projection: Some(("#0, #1".into(), placeholders)),
        };
        let whole = BatchKeys { table: "u", keys: vec![(&TABLE, &first)], consistent: false, projection: None };
        let tables = [projected, whole];
        for keys in [&tables[..1], &tables[1..], &tables] {
            let unconverted = Unconverted { keys: Some(keys), ..Unconverted::default() };
            check_unconverted(sdk.clone().return_consumed_capacity(ReturnConsumedCapacity::Total), unconverted);
            // Only the SDK writes keys that are in the builder.
            let body = &mut RequestBody::new(None, Unconverted::default());
            assert!(!unconverted.complete(sdk.clone()).write_body(body));
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
            let rest =
                vec![AttributeValue::Bs(vec![Blob::new("x")]), AttributeValue::Bool(false), AttributeValue::M(inner)];
            AttributeValue::L([values, sets, rest].concat())
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
}
