//! `serde_json::Value` as an attribute.
//!
//! [`dict`](crate::dict) uses `read_object` for the JSON that a model is converted to.

use serde_json::{Map, Number as JsonNumber, Value};

use super::{Attribute, Number};
use crate::wire::{Fault, Reader, Tag, Writer};

/// Any JSON value. A stored set reads as an array and a stored binary as a base64 string. A stored number that no JSON
/// number represents exactly is an error and never rounded.
impl Attribute for Value {
    crate::attribute::leaf!(Document);
    const TYPE: &'static str = "any";

    fn write(&self, writer: &mut Writer) {
        match self {
            Value::Null => writer.null(),
            Value::Bool(value) => writer.boolean(*value),
            Value::Number(number) => write_number(number, writer),
            Value::String(text) => writer.string(text),
            Value::Array(list) => list.write(writer),
            Value::Object(map) => write_object(map, writer),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let value = match reader.tag()? {
            Tag::S | Tag::B => Value::String(reader.raw_text()?.into_owned()),
            Tag::N => number(&reader.raw_text()?)?,
            Tag::Bool => Value::Bool(reader.boolean()?),
            Tag::Null => {
                reader.skip()?;
                Value::Null
            }
            Tag::M => Value::Object(read_object(reader)?),
            Tag::L => read_array(reader, Value::read)?,
            Tag::Ss | Tag::Bs => read_array(reader, |r| Ok(Value::String(r.raw_text()?.into_owned())))?,
            Tag::Ns => read_array(reader, |r| number(&r.raw_text()?))?,
        };
        reader.end()?;
        Ok(value)
    }
}

fn write_number(value: &JsonNumber, writer: &mut Writer) {
    let number: Result<Number, _> = value.to_string().parse();
    if number.is_err() {
        writer.fail(Fault::unstorable("the number is outside DynamoDB's range: 38 digits, 1e-130 to 9.9e125"));
    }
    number.unwrap_or_default().write(writer);
}

fn write_object(map: &Map<String, Value>, writer: &mut Writer) {
    writer.open_map();
    if !writer.is_too_deep() {
        for (key, value) in map {
            writer.key(key);
            value.write(writer);
        }
    }
    writer.close_map();
}

pub(crate) fn read_object(reader: &mut Reader<'_>) -> Result<Map<String, Value>, Fault> {
    let mut map = Map::new();
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?.into_owned();
        map.insert(key, Value::read(reader)?);
        more = reader.more_entries()?;
    }
    Ok(map)
}

fn read_array(reader: &mut Reader<'_>, read: fn(&mut Reader<'_>) -> Result<Value, Fault>) -> Result<Value, Fault> {
    let mut list = Vec::new();
    let mut more = reader.open_list()?;
    while more {
        list.push(read(reader)?);
        more = reader.more_elements()?;
    }
    Ok(Value::Array(list))
}

fn number(digits: &str) -> Result<Value, Fault> {
    let stored: Option<Number> = digits.parse().ok();
    // Compared by value after a round trip: a float that prints differently can still be exact.
    match (stored, json_number(digits)) {
        (Some(stored), Some(json)) if json.to_string().parse() == Ok(stored) => Ok(Value::Number(json)),
        _ => Err(Fault::invalid("no JSON number represents the stored number exactly")),
    }
}

fn json_number(digits: &str) -> Option<JsonNumber> {
    if let Ok(value) = digits.parse::<u64>() {
        return Some(value.into());
    }
    if let Ok(value) = digits.parse::<i64>() {
        return Some(value.into());
    }
    // `serde_json` may parse a float that is off by one bit unless its feature `float_roundtrip` is enabled.
    JsonNumber::from_f64(digits.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_reads_as_it_was_written() {
        for float in [1.199_999_911_999_999_3, 0.1, -2.5e-7, 1e21] {
            let value = Value::from(float);
            let mut writer = Writer::new();
            value.write(&mut writer);
            let written = writer.into_bytes().unwrap();
            assert_eq!(Value::read(&mut Reader::new(&written).unwrap()).unwrap(), value);
        }
    }

    #[test]
    fn a_number_that_json_would_round_is_refused() {
        for digits in ["18446744073709551617", "0.1234567890123456789", "1e125"] {
            let stored = format!("{{\"N\":\"{digits}\"}}");
            assert_eq!(
                Value::read(&mut Reader::new(stored.as_bytes()).unwrap()).is_ok(),
                digits == "1e125",
                "{digits}"
            );
        }
    }
}
