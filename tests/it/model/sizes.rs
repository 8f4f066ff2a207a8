//! The size of a model's item, by DynamoDB's rule.

use singlet::{CompressedAttribute, Model};

#[derive(Debug, Clone, Model)]
#[model(table = "posts")]
struct Post {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
    body: String,
}

fn post(length: usize) -> Post {
    Post { pk: "POST#1".into(), sk: "COMMENT#1".into(), body: "x".repeat(length) }
}

#[derive(Debug, Clone, Model)]
#[model(table = "documents")]
struct Document {
    #[model(hash_key)]
    pk: String,
    body: CompressedAttribute,
    likes: Option<u32>,
}

/// The vector `exactly_400KiB` of pydynox.
#[test]
fn exactly_400_kb_can_be_stored() {
    let size = post(409_577).size().unwrap();
    assert_eq!((size.bytes(), size.is_over_limit()), (409_600, false));
    assert_eq!((size.write_units(), size.read_units()), (400, 100));
    assert!(post(409_578).size().unwrap().is_over_limit());
}

#[test]
fn names_and_values_of_every_attribute_count() {
    let size = post(100).size().unwrap();
    let attributes: Vec<_> = size.attributes().collect();
    assert_eq!(attributes, [("body", 104), ("sk", 11), ("pk", 8)]);
    assert_eq!(size.bytes(), 123);
}

/// The vector `model_compressed_10` of pydynox: short text is stored plain, and absent attributes take no room.
#[test]
fn compressed_text_counts_as_it_is_stored() {
    let document = |body: &str, likes| Document { pk: "DOC#1".into(), body: body.into(), likes };
    assert_eq!(document(&"x".repeat(10), None).size().unwrap().bytes(), 21);
    assert_eq!(document(&"x".repeat(10), Some(120)).size().unwrap().bytes(), 21 + 7);
    assert!(document(&"x".repeat(500_000), None).size().unwrap().bytes() < 200);
}
