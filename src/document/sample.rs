//! Example values of keys. A template knows the types of its fields only as functions, so each part takes the first of
//! some values that its type accepts.

use crate::key::{KeySource, KeyTemplate, KeyType, KeyValue, Piece, key_text};
use crate::wire::{Fault, Reader, Writer};

use super::content::KeyMaker;

/// Values of the types that keys are made of, in the stored form.
const VALUES: [&[u8]; 8] = [
    br#"{"S":"a"}"#,
    br#"{"S":"2026-01-31T09:30:00.000000000Z"}"#,
    br#"{"S":"2026-01-31"}"#,
    br#"{"S":"2026-01-31T09:30:00"}"#,
    br#"{"S":"09:30:00"}"#,
    br#"{"S":"0190163d-8694-739b-aea5-966c26f8ad91"}"#,
    br#"{"N":"42"}"#,
    br#"{"BOOL":true}"#,
];

/// An example of the key attribute as text.
pub(super) fn text(maker: &KeyMaker, key_type: KeyType) -> String {
    match maker {
        KeyMaker::Entity(name) => (*name).to_owned(),
        KeyMaker::Source(KeySource::Template(template)) => of_template(template),
        KeyMaker::Source(KeySource::Field(name)) => match key_type {
            KeyType::S => field(name.name),
            KeyType::N => "42".to_owned(),
            // Base64, as DynamoDB's JSON has it.
            KeyType::B => "AAEC".to_owned(),
        },
    }
}

fn field(name: &str) -> String {
    format!("{name}-1")
}

fn of_template(template: &KeyTemplate) -> String {
    let mut text = String::new();
    for piece in template.pieces {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Part(part) => {
                let write = |value: &[u8]| {
                    let mut fault = None;
                    let key = key_text(template.role, template.escape, |key| {
                        let read =
                            Reader::new(value).and_then(|mut reader| (part.write)(&mut reader, key, part.format));
                        fault = read.err();
                    });
                    fault.map_or(key, Err)
                };
                let own =
                    named(part.place.inside().last().unwrap_or(part.place.attribute)).and_then(|value| write(&value));
                let found = own.ok().or_else(|| VALUES.iter().find_map(|value| write(value).ok()));
                match found {
                    Some(KeyValue::S(value)) => text.push_str(&value),
                    // Such as an enum, which accepts only the names of its variants.
                    _ => text.extend(["{", &part.place.to_string(), "}"]),
                }
            }
        }
    }
    text
}

fn named(name: &str) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer::new();
    writer.string(&field(name));
    writer.into_bytes()
}
