//! Feeds arbitrary bytes to the wire reader. The reader must not panic, loop forever, or recurse past the nesting limit.
//! If it accepts a value, the writer must write it in a form that reads back as the same value.
#![no_main]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use singlet::wire::{Reader, Writer};
use singlet::{Attribute, Binary, Number};

/// A record with an attribute of every type, which contains itself in three ways.
#[derive(Debug, PartialEq, Attribute)]
struct Node {
    text: String,
    count: i64,
    wide: Option<u128>,
    ratio: Option<f64>,
    exact: Option<Number>,
    flag: Option<bool>,
    bytes: Option<Binary>,
    names: HashSet<String>,
    numbers: HashSet<i32>,
    blobs: BTreeSet<Binary>,
    shape: Option<Shape>,
    list: Option<Vec<Node>>,
    map: Option<BTreeMap<String, Node>>,
    next: Option<Box<Node>>,
}

#[derive(Debug, PartialEq, Attribute)]
enum Shape {
    Point,
    Circle { radius: u32 },
}

fn read<T: Attribute>(body: &[u8]) -> Option<T> {
    T::read(&mut Reader::new(body).ok()?).ok()
}

// The reader is more lenient than the service, so the writer may refuse a value that the reader accepts.
fn write<T: Attribute>(value: &T) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.into_bytes().ok()
}

fn round_trip<T: Attribute + PartialEq + Debug>(body: &[u8]) {
    let Some(value) = read::<T>(body) else { return };
    let Some(written) = write(&value) else { return };
    assert_eq!(read::<T>(&written).as_ref(), Some(&value), "{}", String::from_utf8_lossy(&written));
}

/// Checks values with a normal form that can differ from what was read, such as `1.0` and `1` in JSON.
fn settles<T: Attribute>(body: &[u8]) {
    let Some(written) = read::<T>(body).and_then(|value| write(&value)) else { return };
    let again = read::<T>(&written).and_then(|value| write(&value));
    assert_eq!(again.as_ref(), Some(&written), "{}", String::from_utf8_lossy(&written));
}

fuzz_target!(|body: &[u8]| {
    if let Ok(mut reader) = Reader::new(body) {
        // Each call continues where the previous one stopped, whatever its result was.
        while reader.skip().is_ok() && reader.more_elements().unwrap_or(false) {}
        let _ = (reader.null(), reader.boolean(), reader.tag(), reader.key(), reader.raw_binary(), reader.end());
    }
    round_trip::<Node>(body);
    settles::<serde_json::Value>(body);
    round_trip::<HashMap<String, Vec<Option<String>>>>(body);
    round_trip::<Vec<Number>>(body);
    round_trip::<BTreeSet<Number>>(body);
});
