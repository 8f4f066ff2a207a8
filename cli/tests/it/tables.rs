//! Tests `table describe` and `table verify`.

use serde_json::{Value, json};
use singlet::Table as _;

use crate::stand::{self, Shop};

#[tokio::test]
async fn a_table_is_described() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let text = stand.singlet(&["table", "describe", "shop"]).await.done().out;
        for line in [
            "table       shop (ACTIVE)",
            "keys        `pk` (S), `sk` (S)",
            "billing     on demand",
            "ttl         ENABLED on `expires_at`",
            "stream      none",
            "index       gsi1, global: `gsi1pk` (S), `gsi1sk` (N), KEYS_ONLY, ACTIVE, about 0 items, 0 B",
            "index       lsi1, local: `pk` (S), `rank` (S), INCLUDE (a, b), about 0 items, 0 B",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
        let document = stand.singlet(&["--json", "table", "describe", "shop"]).await.done().json();
        let expected = json!({
            "name": "shop",
            "arn": document["arn"],
            "status": "ACTIVE",
            "items": 0,
            "bytes": 0,
            "hash_key": [{ "attribute": "pk", "type": "S" }],
            "range_key": [{ "attribute": "sk", "type": "S" }],
            "indexes": [
                {
                    "name": "gsi1", "local": false, "status": "ACTIVE",
                    "hash_key": [{ "attribute": "gsi1pk", "type": "S" }],
                    "range_key": [{ "attribute": "gsi1sk", "type": "N" }],
                    "projection": { "type": "KEYS_ONLY" }, "items": 0, "bytes": 0, "provisioned": null,
                },
                {
                    "name": "lsi1", "local": true, "status": null,
                    "hash_key": [{ "attribute": "pk", "type": "S" }],
                    "range_key": [{ "attribute": "rank", "type": "S" }],
                    "projection": { "type": "INCLUDE", "attributes": ["a", "b"] },
                    "items": 0, "bytes": 0, "provisioned": null,
                },
            ],
            "billing": { "mode": "PAY_PER_REQUEST" },
            "ttl": { "status": "ENABLED", "attribute": "expires_at" },
            "stream": null,
            "deletion_protection": false,
        });
        assert_eq!(document, expected);
        assert!(document["arn"].as_str().unwrap().starts_with("arn:aws:dynamodb:"));
    })
    .await;
}

const SHOP: [&str; 11] = [
    "table",
    "verify",
    "shop",
    "--hash-key",
    "pk",
    "--range-key",
    "sk",
    "--index",
    "gsi1,hash=gsi1pk,range=gsi1sk:N,projection=keys_only",
    "--index",
    "lsi1,local,range=rank,include=a+b",
];

#[tokio::test]
async fn a_table_is_compared_with_options() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let same = [&SHOP[..], &["--ttl", "expires_at"]].concat();
        assert_eq!(stand.singlet(&same).await.done().out, "the table matches the definition\n");
        let document = stand.singlet(&[&same[..], &["--json"]].concat()).await.done().json();
        assert_eq!(document, json!({ "table": "shop", "matches": true, "differences": [], "pending": [] }));

        let ran = stand.singlet(&SHOP).await;
        assert_eq!((ran.code, ran.err.as_str()), (2, ""));
        assert_eq!(ran.out, "time to live is on `expires_at`, but the definition has none\n");
        let ran = stand.singlet(&["table", "verify", "shop", "--hash-key", "id:N", "--ttl", "ttl", "--json"]).await;
        assert_eq!((ran.code, ran.err.as_str()), (2, ""));
        let differences = [
            "the table has the hash key `pk` (S), but the definition says `id` (N)",
            "the table has the range key `sk` (S), but the definition has none",
            "index `gsi1` is not in the definition",
            "index `lsi1` is not in the definition",
            "time to live is on `expires_at`, but the definition says `ttl`",
        ];
        assert_eq!(ran.json()["differences"], json!(differences));
        stand.singlet(&["table", "verify", "shop", "--hash-key", "pk", "--range-key", "sk", "--at-least"]).await.done();
    })
    .await;
}

#[tokio::test]
async fn a_table_is_compared_with_the_description_of_another() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Shop::create_table().table("shop-eu").await.unwrap();
        let mut document = stand.singlet(&["--json", "table", "describe", "shop"]).await.done().json();
        let path = stand.path("shop.json");
        let verify = async |document: &Value| {
            std::fs::write(&path, document.to_string()).unwrap();
            stand.singlet(&["table", "verify", "shop-eu", "--against", &path]).await
        };
        verify(&document).await.done();

        let ttl = document["ttl"]["attribute"].take();
        document["ttl"]["status"] = json!("DISABLED");
        let ran = verify(&document).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, "time to live is on `expires_at`, but the definition has none\n"));
        document["ttl"] = json!({ "status": "ENABLED", "attribute": ttl });

        for (pointer, value) in [
            ("/hash_key", json!([])),
            ("/hash_key", json!([{ "attribute": "pk", "type": "X" }])),
            ("/range_key", Value::Null),
            ("/indexes", json!({})),
            ("/indexes/0/projection", json!("ALL")),
            ("/indexes/0/name", json!(1)),
            ("/ttl", Value::Null),
        ] {
            let mut damaged = document.clone();
            *damaged.pointer_mut(pointer).unwrap() = value;
            let ran = verify(&damaged).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{pointer}: {ran:?}");
            assert!(ran.err.contains("is not in the format of `singlet --json table describe`"), "{ran:?}");
        }
        verify(&document).await.done();
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_a_failure() {
    stand::run(async |stand| {
        let path = stand.path("absent.json");
        let ran = stand.singlet(&["table", "verify", "shop", "--against", &path]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(ran.err.contains("absent.json: the file cannot be opened: "), "{ran:?}");
        std::fs::write(&path, "{").unwrap();
        let ran = stand.singlet(&["table", "verify", "shop", "--against", &path]).await;
        assert!(ran.code == 1 && ran.err.contains("absent.json: the file is not JSON: "), "{ran:?}");
    })
    .await;
}
