//! Writes the body of a request as bytes.
//!
//! The SDK's serializers need a copy of the whole request, so [direct](crate::op::engine::direct) requests do not use
//! them: [`SdkOperation::write_body`](crate::op::engine::sdk_operation::SdkOperation::write_body) writes the same
//! members in the same order.

use std::ops::Range;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use crate::item;
use crate::wire::{Fault, Writer};

/// What a body has besides the head and the members: names, braces and numbers.
const USUAL_LENGTH: usize = 512;

/// A JSON object that is written member by member. A member without a value is left out.
pub(crate) struct RequestBody(Writer);

impl RequestBody {
    /// Begins with the members in `head`, which is JSON without the closing brace.
    pub(crate) fn new(head: Option<&[u8]>) -> Self {
        let head = head.unwrap_or(b"{");
        let mut bytes = Vec::with_capacity(head.len() + USUAL_LENGTH);
        bytes.extend_from_slice(head);
        RequestBody(Writer::appending(bytes))
    }

    /// Returns the object.
    ///
    /// # Errors
    ///
    /// Returns the fault of a value that cannot be written.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Fault> {
        self.0.raw(b"}");
        self.0.into_bytes()
    }

    pub(crate) fn text(&mut self, member: &str, text: Option<&(impl AsRef<str> + ?Sized)>) {
        if let Some(text) = text {
            self.0.key(member);
            self.0.raw_text(text.as_ref());
        }
    }

    pub(crate) fn flag(&mut self, member: &str, flag: Option<&bool>) {
        if let Some(flag) = flag {
            self.0.key(member);
            self.0.raw(if *flag { b"true" } else { b"false" });
        }
    }

    pub(crate) fn number(&mut self, member: &str, number: Option<&i32>) {
        if let Some(number) = number {
            self.0.key(member);
            self.0.raw(number.to_string().as_bytes());
        }
    }

    /// Writes a value that is JSON already. Returns where it is.
    pub(crate) fn json(&mut self, member: &str, value: &[u8]) -> Range<usize> {
        self.0.key(member);
        self.0.raw(value);
        self.0.written() - value.len()..self.0.written()
    }

    /// Writes a map of texts.
    pub(crate) fn names<'a>(
        &mut self,
        member: &str,
        names: Option<impl IntoIterator<Item = (&'a (impl AsRef<str> + 'a), &'a (impl AsRef<str> + 'a))>>,
    ) {
        self.object(member, names, |body, (placeholder, name)| body.text(placeholder.as_ref(), Some(name)));
    }

    /// Writes a map of attribute values: an item, a key, or the values of an expression.
    pub(crate) fn values<'a>(
        &mut self,
        member: &str,
        values: Option<impl IntoIterator<Item = (&'a (impl AsRef<str> + 'a), &'a AttributeValue)>>,
    ) {
        self.object(member, values, Self::attribute);
    }

    /// Writes the keys of a batch, by table.
    pub(crate) fn keys<'a>(
        &mut self,
        member: &str,
        tables: Option<impl IntoIterator<Item = (&'a String, &'a KeysAndAttributes)>>,
    ) {
        self.object(member, tables, |body, (table, keys)| {
            body.0.key(table);
            body.0.raw(b"{");
            body.0.key("Keys");
            body.0.raw(b"[");
            for key in keys.keys() {
                body.0.element();
                body.0.raw(b"{");
                for entry in key {
                    body.attribute(entry);
                }
                body.0.raw(b"}");
            }
            body.0.raw(b"]");
            body.flag("ConsistentRead", keys.consistent_read().as_ref());
            body.text("ProjectionExpression", keys.projection_expression());
            body.names("ExpressionAttributeNames", keys.expression_attribute_names());
            body.0.raw(b"}");
        });
    }

    fn attribute(&mut self, (name, value): (&(impl AsRef<str> + ?Sized), &AttributeValue)) {
        self.0.key(name.as_ref());
        item::write_value(value, &mut self.0);
    }

    fn object<T>(&mut self, member: &str, entries: Option<impl IntoIterator<Item = T>>, write: impl Fn(&mut Self, T)) {
        if let Some(entries) = entries {
            self.0.key(member);
            self.0.raw(b"{");
            for entry in entries {
                write(self, entry);
            }
            self.0.raw(b"}");
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure, Select};
    use aws_smithy_types::Blob;

    use super::*;
    use crate::op::engine::sdk_operation::SdkOperation;
    use crate::splice;

    fn check<R: SdkOperation>(builder: &R) {
        let mut body = RequestBody::new(None);
        assert!(builder.write_body(&mut body), "{:?}", R::CODEC);
        let body = String::from_utf8(body.finish().unwrap()).unwrap();
        let of_sdk = splice::serialize(R::CODEC, builder.input().unwrap(), None).unwrap();
        assert_eq!(body, String::from_utf8(of_sdk).unwrap());
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
        let keys = KeysAndAttributes::builder()
            .keys([("pk".to_owned(), text()), ("sk".to_owned(), number())].into())
            .keys([("pk".to_owned(), text())].into())
            .consistent_read(true)
            .projection_expression("#0")
            .expression_attribute_names("#0", "a");
        let keys = keys.build().unwrap();
        check(&sdk.batch_get_item().request_items("t", keys).return_consumed_capacity(total.clone()));
        check(&sdk.batch_write_item().return_consumed_capacity(total.clone()));
        check(&sdk.transact_write_items().return_consumed_capacity(total).client_request_token("token"));
    }
}
