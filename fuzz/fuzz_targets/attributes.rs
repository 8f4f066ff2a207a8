//! Feeds arbitrary bytes to the parser of every attribute type and key part. No parser may panic, and a value that is read
//! and written must read back as the same value.
#![no_main]

#[path = "../../tests/it/model/parsers.rs"]
mod parsers;

use libfuzzer_sys::fuzz_target;
use parsers::{ATTRIBUTES, KEYS};

fuzz_target!(|input: &[u8]| {
    for parser in ATTRIBUTES.iter().chain(KEYS) {
        (parser.read)(input);
    }
});
