//! Texts and stored values of pydynox 1.8.0 (`tests/data/pydynox.json`): ours and theirs read each other.

mod binary;

use std::borrow::Cow;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use singlet::compression::{CompressionAlgorithm, CompressionError, CompressionOptions, compress, decompress};
use singlet::{CompressedAttribute, ErrorKind, Item, Model};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../data/pydynox.json")).unwrap()
}

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector[field].as_str()
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn read(stored: &str) -> Result<String, CompressionError> {
    decompress(stored, &CompressionOptions::new()).map(Cow::into_owned)
}

/// The options that a vector was written with.
fn options(vector: &Value) -> CompressionOptions {
    let algorithm = match text(vector, "algorithm").unwrap() {
        "lz4" => CompressionAlgorithm::Lz4,
        "gzip" => CompressionAlgorithm::Gzip,
        _ => CompressionAlgorithm::Zstd,
    };
    let options = CompressionOptions::new()
        .algorithm(algorithm)
        .min_size(vector["min_size"].as_u64().unwrap().try_into().unwrap())
        .threshold(vector["threshold"].as_f64().unwrap());
    match vector["level"].as_i64() {
        Some(level) => options.level(level.try_into().unwrap()),
        None => options,
    }
}

#[test]
fn values_that_pydynox_reads_back_are_read() {
    let vectors = vectors();
    let (mut good, mut unreadable) = (0, 0);
    for vector in vectors["compression"].as_array().unwrap() {
        let id = text(vector, "id").unwrap();
        let outcome = read(text(vector, "stored_value").unwrap());
        if text(vector, "pydynox_roundtrip") == Some("ok") {
            let outcome = outcome.unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(Some(sha256(&outcome).as_str()), text(vector, "plaintext_sha256"), "{id}");
            assert!(text(vector, "plaintext").is_none_or(|plain| plain == outcome), "{id}");
            good += 1;
        } else {
            assert!(matches!(outcome, Err(CompressionError::Damaged { .. })), "{id}");
            unreadable += 1;
        }
    }
    assert_eq!((good, unreadable), (24, 3));
}

/// pydynox accepts a block that is shorter than it claims to be. To us it is a truncated one.
const CUT_BLOCKS: [&str; 2] = ["lz4-garbage", "lz4-size-too-large"];

#[test]
fn what_only_has_to_be_read_is_read_or_refused_as_pydynox_does() {
    let vectors = vectors();
    for vector in vectors["decode_only"].as_array().unwrap() {
        let id = text(vector, "id").unwrap();
        let outcome = read(text(vector, "stored_value").unwrap());
        if text(vector, "result") == Some("ok") && !CUT_BLOCKS.contains(&id) {
            assert_eq!(outcome.as_deref(), Ok(text(vector, "text").unwrap()), "{id}");
        } else {
            assert!(matches!(outcome, Err(CompressionError::Damaged { .. })), "{id}");
        }
    }
    assert_eq!(vectors["decode_only"].as_array().unwrap().len(), 14);
}

/// Cut anywhere: an LZ4 block has no end mark, so some of these decode without an error.
#[test]
fn what_is_cut_is_damaged() {
    let plain = "hello world ".repeat(100) + &"x".repeat(40);
    for algorithm in [CompressionAlgorithm::Zstd, CompressionAlgorithm::Lz4, CompressionAlgorithm::Gzip] {
        let stored = compress(&plain, &CompressionOptions::new().algorithm(algorithm)).unwrap();
        let (prefix, payload) = stored.split_once(':').unwrap();
        let bytes = STANDARD.decode(payload).unwrap();
        for length in 0..bytes.len() {
            let cut = format!("{prefix}:{}", STANDARD.encode(&bytes[..length]));
            let outcome = read(&cut);
            assert!(matches!(outcome, Err(CompressionError::Damaged { .. })), "{algorithm} {length}: {outcome:?}");
        }
        assert_eq!(read(&stored).unwrap(), plain);
    }
}

/// Whether we compress follows the stored length, pydynox's own choice the length before base64; the texts
/// of the vectors all read back whatever was chosen.
#[test]
fn texts_of_pydynox_are_stored_by_our_rules() {
    let vectors = vectors();
    for vector in vectors["compression"].as_array().unwrap() {
        let id = text(vector, "id").unwrap();
        let plain = match text(vector, "plaintext") {
            Some(plain) => plain.to_owned(),
            None => read(text(vector, "stored_value").unwrap()).unwrap(),
        };
        let options = options(vector);
        let stored = compress(&plain, &options).unwrap();
        assert_eq!(decompress(&stored, &options).unwrap(), plain, "{id}");

        let has_prefix = ["ZSTD:", "LZ4:", "GZIP:"].iter().any(|prefix| plain.starts_with(prefix));
        let is_compressed = stored != plain;
        let may_grow = has_prefix || vector["threshold"].as_f64().unwrap() > 1.0;
        assert!(may_grow || stored.len() <= plain.len(), "{id}");
        assert!(!has_prefix || is_compressed, "{id}");
        // Compressible by their measure and by ours, except in the text that base64 makes grow again.
        if vector["is_compressed"] == true {
            assert!(is_compressed, "{id}");
        }
    }
}

#[test]
fn base64_is_counted() {
    // 4096 characters of base64 are 3116 bytes for zstd, a ratio of 0.76, and 4161 as stored.
    let vectors = vectors();
    let vector = vectors["compression"].as_array().unwrap().iter().find(|v| v["id"] == "zstd/b64_4096/thr0.5").unwrap();
    let plain = text(vector, "stored_value").unwrap();
    assert_eq!(compress(plain, &CompressionOptions::new()).unwrap(), plain);
    let stored = compress(plain, &CompressionOptions::new().threshold(f64::INFINITY)).unwrap();
    assert!(stored.len() > plain.len());
    assert_eq!(read(&stored).unwrap(), plain);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "documents")]
struct Document {
    #[model(hash_key)]
    pk: String,
    body: CompressedAttribute,
    #[model(compressed(algorithm = "lz4", min_size = 10))]
    notes: Option<String>,
    #[model(compressed(algorithm = "gzip", level = 9, threshold = 0.5))]
    log: CompressedAttribute,
}

fn document(text: &str) -> Document {
    Document { pk: "DOC#1".into(), body: text.into(), notes: Some(text.into()), log: text.into() }
}

fn stored<'a>(item: &'a Item, attribute: &str) -> &'a str {
    item[attribute].as_s().unwrap()
}

#[test]
fn fields_are_compressed_by_their_own_options() {
    let long = document(&"hello world ".repeat(50));
    let item = long.to_item().unwrap();
    assert!(stored(&item, "body").starts_with("ZSTD:"));
    assert!(stored(&item, "notes").starts_with("LZ4:"));
    assert!(stored(&item, "log").starts_with("GZIP:"));
    assert_eq!(Document::from_item(&item).unwrap(), long);

    let short = document("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    let item = short.to_item().unwrap();
    assert_eq!(stored(&item, "body"), &*short.body);
    assert!(stored(&item, "notes").starts_with("LZ4:"));
    assert_eq!(Document::from_item(&item).unwrap(), short);

    let absent = Document { notes: None, ..document("") };
    let item = absent.to_item().unwrap();
    assert!(!item.contains_key("notes"));
    assert_eq!(Document::from_item(&item).unwrap(), absent);
}

#[test]
fn options_may_change_while_old_items_stay_readable() {
    let long = document(&"hello world ".repeat(50));
    let mut item = long.to_item().unwrap();
    let [body, other] = ["body", "log"].map(|name| item.remove(name).unwrap());
    item.insert("body".into(), other);
    item.insert("log".into(), body);
    assert_eq!(Document::from_item(&item).unwrap(), long);
}

#[test]
fn a_damaged_value_is_an_error_that_names_the_attribute() {
    let mut item = document("short").to_item().unwrap();
    item.insert("log".into(), AttributeValue::S("GZIP:c2VjcmV0".into()));
    let error = Document::from_item(&item).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let message = error.to_string();
    assert!(message.contains("log") && !message.contains("c2VjcmV0"), "{message}");
}

#[tokio::test]
async fn compressed_fields_are_saved_and_read() {
    crate::stand::run(async |_| {
        Document::create_table().await.unwrap();
        for text in ["", "short", "ZSTD:aGVsbG8=", &"é\"\n".repeat(1_000)] {
            let mut saved = document(text);
            saved.save().await.unwrap();
            assert_eq!(Document::get("DOC#1").await.unwrap(), Some(saved));
        }
    })
    .await;
}
