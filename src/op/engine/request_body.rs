//! Writes the body of a request as bytes.
//!
//! The SDK's serializers need a copy of the complete request, so most requests do not use them, whether they are sent
//! [directly](crate::op::engine::direct) or by the SDK:
//! [`SdkOperation::write_body`](crate::op::engine::sdk_operation::SdkOperation::write_body) writes the same members in
//! the same order.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use crate::expr::Placeholders;
use crate::key::RawKey;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::sdk_key::{sdk_key, write_key};
use crate::op::engine::sdk_operation::SdkOperation;
use crate::op::engine::write_expressions::WriteExpressions;
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

/// The members of a request that are added to its SDK builder only if something reads them there. Otherwise the body is
/// written from singlet's types, without the SDK's maps.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unconverted<'a> {
    /// The table, if the request is for items of one table.
    pub(crate) table: Option<&'a str>,
    pub(crate) key: Option<(&'a TableSchema, &'a RawKey)>,
    /// The keys of a batch.
    pub(crate) keys: Option<&'a [BatchKeys<'a>]>,
    pub(crate) expressions: Option<RequestExpressions<'a>>,
}

/// The expressions of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RequestExpressions<'a> {
    Read(&'a ReadExpressions),
    Write(&'a WriteExpressions),
}

impl<'a> From<&'a ReadExpressions> for RequestExpressions<'a> {
    fn from(expressions: &'a ReadExpressions) -> Self {
        RequestExpressions::Read(expressions)
    }
}

impl<'a> From<&'a WriteExpressions> for RequestExpressions<'a> {
    fn from(expressions: &'a WriteExpressions) -> Self {
        RequestExpressions::Write(expressions)
    }
}

impl Unconverted<'_> {
    /// Converts them, and adds them to the SDK's builder.
    pub(crate) fn complete<R: SdkOperation>(self, mut builder: R) -> R {
        if let Some((table, set)) = self.table.zip(R::SET_TABLE) {
            builder = set(builder, table);
        }
        if let Some((table, key)) = self.key {
            builder = builder.set_own_key(sdk_key(table, key));
        }
        if let Some(keys) = self.keys {
            builder = builder.set_batch_keys(keys);
        }
        match self.expressions {
            Some(RequestExpressions::Read(expressions)) => builder.set_read_expressions(expressions),
            Some(RequestExpressions::Write(expressions)) => builder.set_write_expressions(expressions),
            None => builder,
        }
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

    /// Writes the name of the table.
    pub(crate) fn table(&mut self, member: &str, table: Option<&String>) {
        match self.unconverted.table {
            Some(table) => self.text(member, Some(table)),
            None => self.text(member, table),
        }
    }

    /// Writes the key condition of a query.
    pub(crate) fn key_condition(&mut self, member: &str, key_condition: Option<&String>) {
        self.read_expression(member, |read| read.key_condition.as_ref(), key_condition);
    }

    /// Writes the filter expression of a read.
    pub(crate) fn filter(&mut self, member: &str, filter: Option<&String>) {
        self.read_expression(member, |read| read.filter.as_ref(), filter);
    }

    /// Writes the projection expression of a read.
    pub(crate) fn projection(&mut self, member: &str, projection: Option<&String>) {
        self.read_expression(member, |read| read.projection.as_ref(), projection);
    }

    /// Writes an expression of a read from its [`ReadExpressions`], or from the builder if it has none.
    fn read_expression(
        &mut self,
        member: &str,
        expression: fn(&ReadExpressions) -> Option<&String>,
        of_builder: Option<&String>,
    ) {
        match self.unconverted.expressions {
            Some(RequestExpressions::Read(read)) => self.text(member, expression(read)),
            _ => self.text(member, of_builder),
        }
    }

    /// Writes the update expression of a write.
    pub(crate) fn update_expression(&mut self, member: &str, update: Option<&String>) {
        match self.write_expressions() {
            Some(expressions) => self.text(member, expressions.update()),
            None => self.text(member, update),
        }
    }

    /// Writes the condition expression of a write.
    pub(crate) fn condition_expression(&mut self, member: &str, condition: Option<&String>) {
        match self.write_expressions() {
            Some(expressions) => self.text(member, expressions.condition()),
            None => self.text(member, condition),
        }
    }

    /// Writes whether the error of a failed condition contains the stored item.
    pub(crate) fn returned_item(&mut self, member: &str, returned: Option<&ReturnValuesOnConditionCheckFailure>) {
        match self.write_expressions() {
            Some(expressions) => self.text(member, expressions.returned_item().as_ref()),
            None => self.text(member, returned),
        }
    }

    fn write_expressions(&self) -> Option<&'a WriteExpressions> {
        match self.unconverted.expressions {
            Some(RequestExpressions::Write(expressions)) => Some(expressions),
            _ => None,
        }
    }

    /// Writes the names of the expressions.
    pub(crate) fn expression_names(&mut self, member: &str, names: Option<&HashMap<String, String>>) {
        if let Some(entity) = self.write_expressions().and_then(WriteExpressions::entity) {
            self.object(member, Some(entity.names()), |body, (placeholder, name)| body.text(placeholder, Some(name)));
            return;
        }
        match self.placeholders() {
            Some(Placeholders { names, .. }) => {
                let names = names.iter().map(|(placeholder, name)| (placeholder, name));
                self.names(member, (names.len() > 0).then_some(names));
            }
            None => self.names(member, names),
        }
    }

    /// Writes the values of the expressions.
    pub(crate) fn expression_values(&mut self, member: &str, values: Option<&Item>) {
        if let Some(entity) = self.write_expressions().and_then(WriteExpressions::entity) {
            self.object(member, Some([entity.value()]), |body, (placeholder, text)| {
                body.writer.key(placeholder);
                body.writer.string(text);
            });
            return;
        }
        match self.placeholders() {
            Some(Placeholders { values, .. }) => {
                let values = values.iter().map(|(placeholder, value)| (placeholder, value));
                self.values(member, (values.len() > 0).then_some(values));
            }
            None => self.values(member, values),
        }
    }

    /// Returns the names and values, unless the condition is an [`EntityCondition`].
    fn placeholders(&self) -> Option<&'a Placeholders> {
        self.unconverted.expressions.map(|expressions| match expressions {
            RequestExpressions::Read(read) => &read.placeholders,
            RequestExpressions::Write(write) => write.text_placeholders(),
        })
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
            if let Some(ReadExpressions { projection, placeholders: Placeholders { names, .. }, .. }) =
                &of_table.projection
            {
                body.text("ProjectionExpression", projection.as_ref());
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
mod tests;
