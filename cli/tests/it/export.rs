//! Tests `export`: it writes DynamoDB's export format, and importing that restores the table.

use std::io::Read as _;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::read::MultiGzDecoder;
use serde_json::json;
use singlet::{Item, Table as _};

use crate::emulator::{Feature, supports};
use crate::stand::{self, Shop, Stand, item, n, read, s, sorted_lines};

/// An item with attributes of all types.
fn rich(at: usize) -> Item {
    let map = AttributeValue::M(item([("inner", AttributeValue::L(vec![n(1), AttributeValue::Null(true), s("")]))]));
    item([
        ("pk", s(&format!("p{at}#\u{1F980}"))),
        ("sk", s("\"\\\n")),
        ("digits", n("12345678901234567890123456789012345678")),
        ("raw", AttributeValue::B(Blob::new([0, 255]))),
        ("yes", AttributeValue::Bool(true)),
        ("map", map),
        ("texts", AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned()])),
        ("numbers", AttributeValue::Ns(vec!["2".to_owned()])),
        ("raws", AttributeValue::Bs(vec![Blob::new("x")])),
    ])
}

async fn filled(stand: &Stand, count: usize) {
    Shop::create_table().await.unwrap();
    for at in 0..count {
        stand.put("shop", rich(at)).await;
    }
}

#[tokio::test]
async fn an_export_imports_as_the_same_table() {
    stand::run(async |stand| {
        filled(stand, 40).await;
        Shop::create_table().table("copy").await.unwrap();
        let path = stand.path("shop.jsonl");
        let ran = stand.singlet(&["export", "shop", &path, "--json", "--consistent"]).await.done();
        let document = ran.json();
        let units = document["capacity_units"].as_f64().unwrap();
        let bytes = read(&path).len();
        let expected = json!({ "table": "shop", "file": path, "items": 40, "bytes": bytes, "capacity_units": units });
        assert_eq!(document, expected);
        assert!(units > 0.0);
        stand.singlet(&["import", "copy", &path]).await.done();
        let copy = stand.path("copy.jsonl");
        stand.singlet(&["export", "copy", &copy, "--segments", "1"]).await.done();
        assert_eq!(sorted_lines(&read(&copy)), sorted_lines(&read(&path)));
        let line = &sorted_lines(&read(&path))[0];
        assert!(
            line.starts_with("{\"Item\":{\"digits\":{\"N\":\"12345678901234567890123456789012345678\"},"),
            "{line}"
        );
        assert_eq!(stand.files(), ["copy.jsonl", "shop.jsonl"]);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_ends_in_gz_is_compressed() {
    stand::run(async |stand| {
        filled(stand, 5).await;
        let unpacked = |path: &str| {
            let mut text = String::new();
            MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
            sorted_lines(&text)
        };
        let (plain, packed, forced) = (stand.path("a.json"), stand.path("a.json.gz"), stand.path("b"));
        stand.singlet(&["export", "shop", &plain]).await.done();
        stand.singlet(&["export", "shop", &packed]).await.done();
        stand.singlet(&["export", "shop", &forced, "--gzip"]).await.done();
        let expected = sorted_lines(&read(&plain));
        assert_eq!((unpacked(&packed), unpacked(&forced), expected.len()), (expected.clone(), expected, 5));
        assert_eq!(stand.singlet(&["import", "shop", &packed, "--json"]).await.done().json()["items"], 5);
    })
    .await;
}

#[tokio::test]
async fn all_pages_of_all_segments_are_read() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        // Twelve items of 300 KB are at least four pages.
        for at in 0..12 {
            let large = s(&"x".repeat(300_000));
            stand.put("shop", item([("pk", s("one")), ("sk", s(&at.to_string())), ("large", large)])).await;
        }
        for segments in ["1", "3"] {
            let path = stand.path(segments);
            let ran = stand.singlet(&["export", "shop", &path, "--json", "--segments", segments]).await.done();
            assert_eq!((ran.json()["items"].as_u64(), read(&path).lines().count()), (Some(12), 12));
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_is_not_replaced_unasked() {
    stand::run(async |stand| {
        filled(stand, 1).await;
        let path = stand.path("shop.jsonl");
        std::fs::write(&path, "mine").unwrap();
        let ran = stand.singlet(&["export", "shop", &path]).await;
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
        assert!(ran.err.contains("shop.jsonl: the file exists; use --overwrite to replace it"), "{ran:?}");
        // An export that fails does not replace it either.
        let ran = stand.singlet(&["export", "absent", &path, "--overwrite"]).await;
        assert!(ran.code == 1 && ran.err.contains("the table or index does not exist"), "{ran:?}");
        assert_eq!(read(&path), "mine");
        stand.singlet(&["export", "shop", &path, "--overwrite"]).await.done();
        assert_eq!((read(&path).lines().count(), stand.files()), (1, vec!["shop.jsonl".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn standard_output_holds_the_lines_and_nothing_else() {
    stand::run(async |stand| {
        filled(stand, 3).await;
        let ran = stand.singlet(&["export", "shop", "-", "--json"]).await;
        assert_eq!((ran.code, ran.out.lines().count()), (0, 3), "{ran:?}");
        let aside: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!((&aside["items"], &aside["file"]), (&json!(3), &json!("-")));
    })
    .await;
}

#[tokio::test]
async fn an_export_keeps_to_its_capacity() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for at in 0..8 {
            let large = s(&"x".repeat(300_000));
            stand.put("shop", item([("pk", s("one")), ("sk", s(&at.to_string())), ("large", large)])).await;
        }
        let path = stand.path("shop.jsonl");
        let started = std::time::Instant::now();
        // A page of 1 MB costs about 128 units, because eventually consistent reads cost half.
        stand
            .singlet(&["export", "shop", &path, "--max-capacity", "500", "--segments", "1", "--consistent"])
            .await
            .done();
        assert!(started.elapsed().as_millis() >= 300, "{:?}", started.elapsed());
    })
    .await;
}
