//! Writes an item as a line in DynamoDB's export format. Used by `export`; the library reads such lines.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use singlet::Item;

use crate::Failure;

/// Appends the item and a newline. Attributes are sorted by name, so that exports can be compared.
pub(crate) fn write(item: &Item, lines: &mut Vec<u8>) -> Result<(), Failure> {
    let line = json!({ "Item": attributes(item)? });
    serde_json::to_writer(&mut *lines, &line)
        .map_err(|error| Failure::new("an item cannot be written as JSON").with_cause(error))?;
    lines.push(b'\n');
    Ok(())
}

fn attributes(item: &HashMap<String, AttributeValue>) -> Result<Value, Failure> {
    let mut sorted: Vec<_> = item.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let entry = |(name, stored): (&String, &AttributeValue)| Ok((name.clone(), value(stored)?));
    sorted.into_iter().map(entry).collect::<Result<Map<_, _>, Failure>>().map(Value::Object)
}

fn value(value: &AttributeValue) -> Result<Value, Failure> {
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    Ok(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(digits) => json!({ "N": digits }),
        AttributeValue::B(bytes) => json!({ "B": base64(bytes.as_ref()) }),
        AttributeValue::Bool(is_true) => json!({ "BOOL": is_true }),
        AttributeValue::Null(is_null) => json!({ "NULL": is_null }),
        AttributeValue::M(map) => json!({ "M": attributes(map)? }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(self::value).collect::<Result<Vec<_>, _>>()? }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(digits) => json!({ "NS": digits }),
        AttributeValue::Bs(all) => json!({ "BS": all.iter().map(|bytes| base64(bytes.as_ref())).collect::<Vec<_>>() }),
        // An error rather than an omission, so that an export never loses data.
        _ => return Err(Failure::new("an item has an attribute of a type that this version does not support")),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;

    use super::*;

    #[test]
    fn every_type_has_its_form() {
        let blob = |text: &str| Blob::new(text);
        let values = [
            AttributeValue::S("\"\u{1F980}\n".to_owned()),
            AttributeValue::N("12345678901234567890123456789012345678".to_owned()),
            AttributeValue::B(blob("ab")),
            AttributeValue::Bool(false),
            AttributeValue::Null(true),
            AttributeValue::M(HashMap::from([("k".to_owned(), AttributeValue::N("1".to_owned()))])),
            AttributeValue::L(vec![AttributeValue::S(String::new())]),
            AttributeValue::Ss(vec!["a".to_owned()]),
            AttributeValue::Ns(vec!["1".to_owned()]),
            AttributeValue::Bs(vec![blob("")]),
        ];
        let item: Item = values.into_iter().enumerate().map(|(at, value)| (format!("a{at}"), value)).collect();
        let mut lines = Vec::new();
        write(&item, &mut lines).unwrap();
        assert_eq!(
            String::from_utf8(lines).unwrap(),
            "{\"Item\":{\"a0\":{\"S\":\"\\\"\u{1F980}\\n\"},\"a1\":{\"N\":\"12345678901234567890123456789012345678\"},\
             \"a2\":{\"B\":\"YWI=\"},\"a3\":{\"BOOL\":false},\"a4\":{\"NULL\":true},\"a5\":{\"M\":{\"k\":{\"N\":\"1\"}}},\
             \"a6\":{\"L\":[{\"S\":\"\"}]},\"a7\":{\"SS\":[\"a\"]},\"a8\":{\"NS\":[\"1\"]},\"a9\":{\"BS\":[\"\"]}}}\n"
        );
    }
}
