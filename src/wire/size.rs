//! The size of an item by DynamoDB's rule, computed from its bytes.
//!
//! Source: [item sizes and formats](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
//! The page does not mention sets. They are counted as lists without the byte per element, as pydynox does.

use super::{Fault, Reader, Tag};

/// The bytes that a list, map or set adds to those of its elements.
const CONTAINER: usize = 3;

/// The size of an item in bytes: names and values.
pub(crate) fn item_size(item: &[u8]) -> Result<usize, Fault> {
    let mut total = 0;
    each_attribute(item, |_, size| total += size)?;
    Ok(total)
}

/// The size of an item in bytes, if it is above a limit. An item is never larger than its JSON, so most need no measuring.
pub(crate) fn size_above(limit: usize, item: &[u8]) -> Result<Option<usize>, Fault> {
    if item.len() <= limit { Ok(None) } else { item_size(item).map(|size| Some(size).filter(|size| *size > limit)) }
}

/// The size of each attribute in bytes, with its name, in the order of the item.
pub(crate) fn attribute_sizes(item: &[u8]) -> Result<Vec<(String, usize)>, Fault> {
    let mut sizes = Vec::new();
    each_attribute(item, |name, size| sizes.push((name.to_owned(), size)))?;
    Ok(sizes)
}

fn each_attribute(item: &[u8], mut visit: impl FnMut(&str, usize)) -> Result<(), Fault> {
    let mut reader = Reader::new(item)?;
    let mut more = reader.open_map()?;
    while more {
        let name = reader.key()?;
        // The reader has resolved escapes, so this is the length of the name in UTF-8.
        visit(&name, name.len() + value_size(&mut reader)?);
        more = reader.more_entries()?;
    }
    reader.finish()
}

// The recursion is bounded: the reader refuses lists and maps that nest too deeply.
fn value_size(reader: &mut Reader<'_>) -> Result<usize, Fault> {
    let size = match reader.tag()? {
        Tag::S => reader.raw_text()?.len(),
        Tag::N => number_size(&reader.raw_text()?),
        Tag::B => binary_size(&reader.raw_text()?),
        Tag::Bool | Tag::Null => {
            reader.boolean()?;
            1
        }
        Tag::M => map_size(reader)?,
        Tag::L => list_size(reader, |reader| Ok(1 + value_size(reader)?))?,
        Tag::Ss => list_size(reader, |reader| Ok(reader.raw_text()?.len()))?,
        Tag::Ns => list_size(reader, |reader| Ok(number_size(&reader.raw_text()?)))?,
        Tag::Bs => list_size(reader, |reader| Ok(binary_size(&reader.raw_text()?)))?,
    };
    reader.end()?;
    Ok(size)
}

fn map_size(reader: &mut Reader<'_>) -> Result<usize, Fault> {
    let mut size = CONTAINER;
    let mut more = reader.open_map()?;
    while more {
        size += 1 + reader.key()?.len() + value_size(reader)?;
        more = reader.more_entries()?;
    }
    Ok(size)
}

fn list_size<'a>(
    reader: &mut Reader<'a>,
    element: impl Fn(&mut Reader<'a>) -> Result<usize, Fault>,
) -> Result<usize, Fault> {
    let mut size = CONTAINER;
    let mut more = reader.open_list()?;
    while more {
        size += element(reader)?;
        more = reader.more_elements()?;
    }
    Ok(size)
}

/// One byte per two significant digits, not counting zeros at either end, plus one byte, plus one for a minus sign.
fn number_size(text: &str) -> usize {
    let is_digit = |digit: &u8| digit.is_ascii_digit();
    let is_significant = |digit: &u8| *digit != b'0';
    let mantissa = || text.bytes().take_while(|byte| !matches!(byte, b'e' | b'E')).filter(is_digit);
    let leading = mantissa().take_while(|digit| *digit == b'0').count();
    let Some(last) = mantissa().enumerate().filter(|(_, digit)| is_significant(digit)).map(|(at, _)| at).last() else {
        return 1;
    };
    (last + 1 - leading).div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

/// The number of bytes that padded base64 encodes.
fn binary_size(base64: &str) -> usize {
    let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
    (base64.len() / 4 * 3).saturating_sub(padding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(value: &str) -> usize {
        item_size(format!("{{\"\":{value}}}").as_bytes()).unwrap()
    }

    #[test]
    fn values_have_the_documented_sizes() {
        for (value, bytes) in [
            (r#"{"S":""}"#, 0),
            (r#"{"S":"\u00e9\n"}"#, 3),
            (r#"{"N":"0"}"#, 1),
            (r#"{"N":"-0.00"}"#, 1),
            (r#"{"N":"-12"}"#, 3),
            (r#"{"N":"100"}"#, 2),
            (r#"{"N":"0.0102"}"#, 3),
            (r#"{"N":"10.01"}"#, 3),
            (r#"{"N":"1.5E-100"}"#, 2),
            (r#"{"B":""}"#, 0),
            (r#"{"B":"YQ=="}"#, 1),
            (r#"{"B":"YWI="}"#, 2),
            (r#"{"B":"YWJj"}"#, 3),
            (r#"{"BOOL":false}"#, 1),
            (r#"{"NULL":true}"#, 1),
            (r#"{"L":[]}"#, 3),
            (r#"{"M":{}}"#, 3),
            (r#"{"L":[{"S":"ab"},{"L":[]}]}"#, 10),
            (r#"{"M":{"k":{"M":{"l":{"BOOL":true}}}}}"#, 11),
            (r#"{"SS":["a","bc"]}"#, 6),
            (r#"{"NS":["1","-2"]}"#, 8),
            (r#"{"BS":["YQ==","YWJj"]}"#, 7),
        ] {
            assert_eq!(size(value), bytes, "{value}");
        }
    }

    #[test]
    fn names_count_and_keep_their_order() {
        let item = br#"{"pk":{"S":"USER#1"},"caf\u00e9":{"N":"12"}}"#;
        assert_eq!(attribute_sizes(item).unwrap(), [("pk".to_owned(), 8), ("café".to_owned(), 7)]);
        assert_eq!(item_size(item).unwrap(), 15);
        assert_eq!(item_size(b"{}").unwrap(), 0);
    }

    #[test]
    fn damaged_items_are_faults() {
        let deep = format!("{{\"a\":{}", "{\"L\":[".repeat(100_000));
        for item in ["", "[]", r#"{"a":{"S":1}}"#, r#"{"a":{"S":"b"}} x"#, r#"{"a":{"Q":"b"}}"#, &deep] {
            assert!(item_size(item.as_bytes()).is_err());
        }
    }

    #[cfg(feature = "serde_json")]
    #[test]
    fn pydynox_items_have_the_sizes_of_the_documented_rule() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/pydynox.json")).unwrap();
        let mut checked = 0;
        for vector in vectors["item_sizes"].as_array().unwrap() {
            let Some(bytes) = vector["aws_documented_rule_bytes"].as_u64() else { continue };
            let item = vector["item_dynamodb_json"].to_string();
            assert_eq!(item_size(item.as_bytes()).unwrap() as u64, bytes, "{}", vector["id"]);
            checked += 1;
        }
        assert_eq!(checked, 16);
    }
}
