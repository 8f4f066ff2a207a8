//! Stored text never panics: every parser gets mutations of what it reads.

use proptest::collection::vec;
use proptest::prelude::*;

use super::parsers::{ATTRIBUTES, KEYS, Parser};

/// One change of a text.
#[derive(Debug, Clone)]
enum Mutation {
    Replace(u16, u8),
    Insert(u16, u8),
    Delete(u16),
    Repeat(u16, u8),
    Cut(u16),
}

/// Bytes that mean something to some parser.
const TELLING: &[u8] = b"0123456789-+:.,TZtzeE#%{}[]\"\\ _/=ua";

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let byte = prop_oneof![4 => prop::sample::select(TELLING), 1 => any::<u8>()].boxed();
    let one = prop_oneof![
        (any::<u16>(), byte.clone()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<u16>(), byte).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        any::<u16>().prop_map(Mutation::Delete),
        (any::<u16>(), 2..40_u8).prop_map(|(at, times)| Mutation::Repeat(at, times)),
        any::<u16>().prop_map(Mutation::Cut),
    ];
    vec(one, 1..4)
}

fn mutate(sample: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = sample.as_bytes().to_vec();
    for mutation in mutations {
        let place = |at: u16| usize::from(at) % bytes.len().max(1);
        match *mutation {
            _ if bytes.is_empty() => {}
            Mutation::Replace(at, byte) => {
                let at = place(at);
                bytes[at] = byte;
            }
            Mutation::Insert(at, byte) => bytes.insert(place(at), byte),
            Mutation::Delete(at) => drop(bytes.remove(place(at))),
            Mutation::Repeat(at, times) => {
                let at = place(at);
                let byte = bytes[at];
                bytes.splice(at..at, std::iter::repeat_n(byte, times.into()));
            }
            Mutation::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

fn read_mutations(parsers: &[Parser]) {
    for Parser { name, samples, read } in parsers {
        for sample in *samples {
            read(sample.as_bytes());
            proptest!(ProptestConfig::with_cases(300), |(mutations in mutations())| {
                let text = mutate(sample, &mutations);
                let outcome = std::panic::catch_unwind(|| read(&text));
                prop_assert!(outcome.is_ok(), "`{name}` panicked on {}", String::from_utf8_lossy(&text));
            });
        }
    }
}

#[test]
fn no_stored_attribute_panics() {
    read_mutations(ATTRIBUTES);
}

#[test]
fn no_stored_key_panics() {
    read_mutations(KEYS);
}
