//! `compressed(binary)`: compressed text as a B. Every reader takes both forms, so a living table can change.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::compression::{
    CompressionAlgorithm, CompressionError, CompressionOptions, compress, compress_binary, decompress_binary,
};
use singlet::{CompressedAttribute, ErrorKind, Item, Model, Projection};

use super::super::parsers::ATTRIBUTES;
use crate::stand;

const ALGORITHMS: [CompressionAlgorithm; 3] =
    [CompressionAlgorithm::Zstd, CompressionAlgorithm::Lz4, CompressionAlgorithm::Gzip];

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "documents")]
struct Document {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(binary))]
    body: CompressedAttribute,
    #[model(compressed(binary, algorithm = "lz4", min_size = 10))]
    notes: Option<String>,
    #[model(compressed(algorithm = "gzip", level = 9, binary = true))]
    log: String,
}

/// The same items as the program before the change sees them.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "documents")]
struct Before {
    #[model(hash_key)]
    pk: String,
    body: CompressedAttribute,
    #[model(compressed(binary = false))]
    notes: Option<String>,
    #[model(compressed)]
    log: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Document)]
struct Parts {
    body: CompressedAttribute,
    notes: Option<String>,
}

fn document(text: &str) -> Document {
    Document { pk: "DOC#1".into(), body: text.into(), notes: Some(text.into()), log: text.into() }
}

fn before(text: &str) -> Before {
    Before { pk: "DOC#1".into(), body: text.into(), notes: Some(text.into()), log: text.into() }
}

fn long() -> String {
    "hello world ".repeat(50)
}

fn bytes<'a>(item: &'a Item, attribute: &str) -> &'a [u8] {
    item[attribute].as_b().unwrap().as_ref()
}

/// Text of 64 characters in random order: no algorithm stores it in less than six bits per character.
fn noise(length: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b' ' + u8::try_from(state >> 58).unwrap())
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn each_algorithm_stores_its_prefix_and_bytes() {
    let item = document(&long()).to_item().unwrap();
    for (attribute, prefix) in
        [("body", &b"ZSTD:\x28\xb5\x2f\xfd"[..]), ("notes", b"LZ4:\x58\x02\0\0"), ("log", b"GZIP:\x1f\x8b")]
    {
        assert!(bytes(&item, attribute).starts_with(prefix), "{attribute}");
    }
    assert_eq!(Document::from_item(&item).unwrap(), document(&long()));
}

#[test]
fn short_text_is_stored_as_it_is_and_absent_text_is_absent() {
    let item = document("short").to_item().unwrap();
    for attribute in ["body", "notes", "log"] {
        assert_eq!(item[attribute], AttributeValue::S("short".into()), "{attribute}");
    }
    assert_eq!(Document::from_item(&item).unwrap(), document("short"));

    let absent = Document { notes: None, ..document("") };
    let item = absent.to_item().unwrap();
    assert!(!item.contains_key("notes"));
    assert_eq!(Document::from_item(&item).unwrap(), absent);
}

/// It would be read as compressed text of the other form.
#[test]
fn text_that_begins_with_a_prefix_is_always_compressed() {
    for text in ["ZSTD:", "LZ4:AAAAAA==", "GZIP:plain words"] {
        let item = document(text).to_item().unwrap();
        assert!(["body", "notes", "log"].iter().all(|attribute| item[*attribute].is_b()), "{text}");
        assert_eq!(Document::from_item(&item).unwrap(), document(text));
    }
}

#[test]
fn the_binary_form_is_a_quarter_smaller() {
    for algorithm in ALGORITHMS {
        let options = CompressionOptions::new().algorithm(algorithm).threshold(f64::INFINITY);
        for text in [noise(20_000), long().repeat(40)] {
            let (as_text, as_bytes) =
                (compress(&text, &options).unwrap(), compress_binary(&text, &options).unwrap().unwrap());
            let prefix = algorithm.to_string().len() + 1;
            let encoded = as_text.len() - prefix;
            assert!((as_bytes.len() - prefix) * 4 <= encoded * 3, "{algorithm}");
            assert_eq!(decompress_binary(&as_bytes, &options).unwrap(), text);
        }
    }
    // The stored length decides whether text is compressed: this one is worth it in this form only.
    let (text, options) = (noise(20_000), CompressionOptions::new());
    assert_eq!(compress(&text, &options).unwrap(), text);
    let stored = compress_binary(&text, &options).unwrap().unwrap();
    assert!(stored.len() < 16_000, "{}", stored.len());
    assert_eq!(compress_binary(&text, &options.threshold(0.5)).unwrap(), None);
}

#[test]
fn both_programs_read_what_the_other_stores() {
    for text in ["", "short", "ZSTD:aGVsbG8=", &long()] {
        let (new, old) = (document(text).to_item().unwrap(), before(text).to_item().unwrap());
        assert_eq!(Document::from_item(&old).unwrap(), document(text));
        assert_eq!(Before::from_item(&new).unwrap(), before(text));
    }
}

#[test]
fn a_dict_contains_the_text() {
    let dict = document(&long()).to_dict().unwrap();
    assert!(["body", "notes", "log"].iter().all(|attribute| dict[*attribute] == long()));
    assert_eq!(Document::from_dict(&dict).unwrap(), document(&long()));
}

#[test]
fn damaged_and_boundless_bytes_are_errors() {
    let options = CompressionOptions::new();
    for algorithm in ALGORITHMS {
        let options = options.algorithm(algorithm);
        let stored = compress_binary(&long(), &options).unwrap().unwrap();
        for length in 0..stored.len() {
            let outcome = decompress_binary(&stored[..length], &options);
            assert!(matches!(outcome, Err(CompressionError::Damaged { .. })), "{algorithm} {length}: {outcome:?}");
        }
        assert_eq!(decompress_binary(&stored, &options.limit(600)).unwrap(), long());
        assert_eq!(decompress_binary(&stored, &options.limit(599)), Err(CompressionError::TooLarge { limit: 599 }));
        assert_eq!(compress_binary(&long(), &options.limit(599)), Err(CompressionError::TooLarge { limit: 599 }));
    }
    // A frame without the prefix, and one that is not text inside.
    assert!(decompress_binary(b"\x28\xb5\x2f\xfd", &options).is_err());
    assert!(decompress_binary(b"LZ4:\x01\0\0\0\x10\xff", &options).is_err());
}

#[test]
fn an_error_names_the_attribute_and_not_the_bytes() {
    let mut item = document("short").to_item().unwrap();
    item.insert("log".into(), AttributeValue::B(Blob::new(*b"GZIP:secret")));
    let error = Document::from_item(&item).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("log")));
    assert!(!error.to_string().contains("secret"), "{error}");

    item.insert("log".into(), AttributeValue::N("1".into()));
    let error = Document::from_item(&item).unwrap_err();
    assert!(error.to_string().contains("expected S or B, found N"), "{error}");
}

/// The fuzzed parsers have seeds of this form.
#[test]
fn the_samples_of_the_fuzzer_contain_each_algorithm() {
    let samples = ATTRIBUTES.iter().find(|parser| parser.name == "CompressedAttribute").unwrap().samples;
    for prefix in ["WlNURD", "TFo0O", "R1pJUD"] {
        let start = format!(r#"{{"B":"{prefix}"#);
        assert!(samples.iter().any(|sample| sample.starts_with(&start)), "{prefix}");
    }
}

#[tokio::test]
async fn a_table_in_use_can_change_to_the_binary_form_and_back() {
    stand::run(async |stand| {
        Document::create_table().await.unwrap();
        let stored = async || stand.stored("documents").await.remove(0);

        let mut old = before(&long());
        old.save().await.unwrap();
        assert!(stored().await["body"].is_s());

        // The new program reads the old form, and each write stores the attributes that it writes in the new one.
        assert_eq!(Document::get("DOC#1").await.unwrap(), Some(document(&long())));
        let updated = Document::update("DOC#1").set(|d| d.body, long()).when(|d| d.body.exists()).await.unwrap();
        assert_eq!(updated, document(&long()));
        let item = stored().await;
        assert!(item["body"].is_b() && item["log"].is_s() && item["notes"].is_s());
        assert_eq!(Document::scan().await.unwrap(), [document(&long())]);
        let parts = Document::get("DOC#1").select::<Parts>().await.unwrap().unwrap();
        assert_eq!(parts, Parts { body: long().into(), notes: Some(long()) });

        let mut new = document(&long());
        new.save().await.unwrap();
        let item = stored().await;
        assert!(["body", "notes", "log"].iter().all(|attribute| item[*attribute].is_b()));

        // Programs that still run read it, and the change can be taken back.
        assert_eq!(Before::get("DOC#1").await.unwrap(), Some(before(&long())));
        let back = Before::update("DOC#1").set(|d| d.notes, long()).await.unwrap();
        assert_eq!(back, before(&long()));
        let item = stored().await;
        assert!(item["notes"].is_s() && item["body"].is_b());
        assert_eq!(Document::get("DOC#1").await.unwrap(), Some(document(&long())));
    })
    .await;
}
