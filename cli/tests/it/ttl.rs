//! Tests `ttl status` and `ttl enable`.

use serde_json::json;
use singlet::Table;

use crate::stand::{self, Shop};

/// Like `Shop`, but without time to live.
#[derive(Table)]
#[table(name = "plain", hash_key = "id", hash_key_type = "N")]
struct Plain;

#[tokio::test]
async fn the_status_of_time_to_live_is_told() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Plain::create_table().await.unwrap();
        assert_eq!(stand.singlet(&["ttl", "status", "shop"]).await.done().out, "ENABLED on `expires_at`\n");
        assert_eq!(stand.singlet(&["ttl", "status", "plain"]).await.done().out, "DISABLED\n");
        let document = stand.singlet(&["ttl", "status", "shop", "--json"]).await.done().json();
        assert_eq!(document, json!({ "table": "shop", "status": "ENABLED", "attribute": "expires_at" }));
        let document = stand.singlet(&["--json", "ttl", "status", "plain"]).await.done().json();
        assert_eq!(document, json!({ "table": "plain", "status": "DISABLED", "attribute": null }));
    })
    .await;
}

#[tokio::test]
async fn time_to_live_is_enabled_once() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let enable = ["ttl", "enable", "plain", "--attribute", "valid_until", "--wait", "5"];
        assert_eq!(stand.singlet(&enable).await.done().out, "ENABLED on `valid_until`\n");
        let document = stand.singlet(&[&enable[..], &["--json"]].concat()).await.done().json();
        assert_eq!(document, json!({ "table": "plain", "status": "ENABLED", "attribute": "valid_until" }));
        assert_eq!(stand.singlet(&["ttl", "status", "plain"]).await.done().out, "ENABLED on `valid_until`\n");
        let ran = stand.singlet(&["ttl", "enable", "plain", "--attribute", "other"]).await;
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains("time to live is enabled on another attribute"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_not_there_is_a_failure() {
    stand::run(async |stand| {
        for arguments in
            [&["ttl", "status", "shop"][..], &["ttl", "enable", "shop", "--attribute", "x"], &["ttl", "verify", "shop"]]
        {
            let ran = stand.singlet(arguments).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
            assert!(ran.err.contains("the table or index does not exist"), "{ran:?}");
            assert!(ran.err.contains("`shop`"), "{ran:?}");
        }
    })
    .await;
}
