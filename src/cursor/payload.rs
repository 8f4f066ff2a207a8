//! The contents of a cursor and their binary form. The form is versioned by `seal`.

use super::invalid;
use crate::Result;
use crate::key::KeyValue;

/// The contents of a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    /// Whether the previous page is to be read, against the order of the query.
    pub(crate) backward: bool,
    /// Where each segment of a parallel scan continues. Every other read has exactly one.
    pub(crate) places: Vec<ResumePoint>,
}

/// Where reading continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResumePoint {
    Start,
    End,
    /// After the item with these key attributes.
    After(Vec<KeyValue>),
}

const START: u8 = 0;
const END: u8 = 1;
const AFTER: u8 = 2;

impl Payload {
    /// Lengths are `u16`: a key has at most 2048 bytes.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.backward));
        for place in &self.places {
            match place {
                ResumePoint::Start => out.push(START),
                ResumePoint::End => out.push(END),
                ResumePoint::After(values) => {
                    out.push(AFTER);
                    // One byte is enough: keys have a few attributes.
                    out.push(values.len().to_le_bytes()[0]);
                    for value in values {
                        encode(value, out);
                    }
                }
            }
        }
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut bytes = Bytes(bytes);
        let backward = match bytes.byte()? {
            0 => false,
            1 => true,
            _ => return Err(damaged()),
        };
        let mut places = Vec::new();
        // No count: the list ends with the payload, whose length the token determines.
        while !bytes.0.is_empty() {
            places.push(match bytes.byte()? {
                START => ResumePoint::Start,
                END => ResumePoint::End,
                AFTER => {
                    let count = bytes.byte()?;
                    ResumePoint::After((0..count).map(|_| bytes.value()).collect::<Result<_>>()?)
                }
                _ => return Err(damaged()),
            });
        }
        Ok(Payload { backward, places })
    }
}

fn encode(value: &KeyValue, out: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    let tag = match value {
        KeyValue::S(_) => b'S',
        KeyValue::N(_) => b'N',
        KeyValue::B(_) => b'B',
    };
    out.push(tag);
    out.extend_from_slice(&u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(bytes);
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn value(&mut self) -> Result<KeyValue> {
        let tag = self.byte()?;
        let length = u16::from_le_bytes([self.byte()?, self.byte()?]);
        let bytes = self.take(length.into())?.to_vec();
        let text = |bytes| String::from_utf8(bytes).map_err(|_| damaged());
        match tag {
            b'S' => text(bytes).map(KeyValue::S),
            b'N' => text(bytes).map(KeyValue::N),
            b'B' => Ok(KeyValue::B(bytes)),
            _ => Err(damaged()),
        }
    }
}

#[cold]
fn damaged() -> crate::Error {
    invalid("the cursor is damaged")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = KeyValue> {
        prop_oneof![
            any::<String>().prop_map(KeyValue::S),
            any::<i64>().prop_map(|n| KeyValue::N(n.to_string())),
            any::<Vec<u8>>().prop_map(KeyValue::B),
        ]
    }

    fn place() -> impl Strategy<Value = ResumePoint> {
        prop_oneof![
            Just(ResumePoint::Start),
            Just(ResumePoint::End),
            proptest::collection::vec(value(), 1..5).prop_map(ResumePoint::After),
        ]
    }

    proptest! {
        #[test]
        fn a_payload_reads_back(backward: bool, places in proptest::collection::vec(place(), 0..6)) {
            let payload = Payload { backward, places };
            let mut bytes = Vec::new();
            payload.encode(&mut bytes);
            prop_assert_eq!(Payload::decode(&bytes).unwrap(), payload);
        }

        #[test]
        fn any_bytes_are_a_payload_or_an_error(bytes: Vec<u8>) {
            drop(Payload::decode(&bytes));
        }
    }
}
