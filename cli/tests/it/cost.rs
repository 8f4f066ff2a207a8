//! `singlet cost`: the units of sampled items, and hints.

use serde_json::{Value, json};
use singlet::Table as _;

use crate::stand::{self, Shop, Stand, item, n, read, s};

/// A large order with the expiry, in both indexes, and a customer in none.
async fn fill(stand: &Stand) {
    Shop::create_table().await.unwrap();
    let order = |id: &str| {
        let id = id.to_owned();
        item([
            ("pk", s("CUSTOMER#ann")),
            ("sk", s(&format!("ORDER#{id}"))),
            ("_type", s("order")),
            ("id", s(&id)),
            ("gsi1pk", s("OPEN")),
            ("gsi1sk", n(7)),
            ("rank", s("a")),
            ("expires_at", n(2_000_000_000)),
            ("text", s(&"x".repeat(2_000))),
        ])
    };
    for id in ["o-1", "o-2"] {
        stand.put("shop", order(id)).await;
    }
    let customer = item([("pk", s("CUSTOMER#ann")), ("sk", s("PROFILE")), ("_type", s("customer"))]);
    stand.put("shop", customer).await;
}

fn row<'a>(model: &'a Value, operation: &str, index: Option<&str>) -> &'a Value {
    let rows = model["costs"].as_array().unwrap();
    rows.iter().find(|row| row["operation"] == operation && row["index"] == json!(index)).unwrap()
}

#[tokio::test]
async fn the_units_of_each_entity_are_shown_with_hints() {
    stand::run(async |stand| {
        fill(stand).await;
        let document = stand.singlet(&["cost", "shop", "--json"]).await.done().json();
        assert_eq!((&document["table"], &document["items"]), (&json!("shop"), &json!(3)));
        let models = document["models"].as_array().unwrap();
        let [customer, order] = &models[..] else { panic!("{document}") };
        assert_eq!((&customer["name"], &customer["items"]), (&json!("Customer"), &json!(1)));
        assert_eq!((&order["name"], &order["items"]), (&json!("Order"), &json!(2)));
        let units = |row: &Value| (row["read"].as_f64(), row["write"].as_f64(), row["index_write"].as_f64());
        assert_eq!(units(row(customer, "create", None)), (Some(0.0), Some(1.0), Some(0.0)));
        // `gsi1` holds the keys, `lsi1` two attributes that no order has.
        assert_eq!(units(row(order, "create", None)), (Some(0.0), Some(3.0), Some(2.0)));
        assert_eq!(units(row(order, "update", None)), (Some(0.0), Some(3.0), Some(1.0)));
        assert_eq!(units(row(order, "query", None)), (Some(3.0), Some(0.0), Some(0.0)));
        assert_eq!(units(row(order, "query", Some("gsi1"))), (Some(0.5), Some(0.0), Some(0.0)));
        let kinds: Vec<_> = document["hints"].as_array().unwrap().iter().map(|hint| &hint["kind"]).collect();
        assert_eq!(kinds, ["expiry_not_in_index", "expiry_not_in_index", "stored_twice"]);
        let twice = &document["hints"][2]["text"];
        assert!(twice.as_str().unwrap().contains("`Order` stores `id` in its key"), "{twice}");

        let text = stand.singlet(&["cost", "shop", "--page-items", "20"]).await.done().out;
        for part in
            ["Order, 2 items of ", "\n  query of gsi1 ", "\nhint: the index `gsi1` does not contain `expires_at`"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("sampled 3 items for "), "{text}");
        let paged = stand.singlet(&["cost", "shop", "--page-items", "20", "--json"]).await.done().json();
        let query = row(&paged["models"][1], "query", None)["read"].as_f64().unwrap();
        assert!((query - 5.5).abs() < 1e-9, "{query}");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_sampled_without_requests() {
    stand::run(async |stand| {
        fill(stand).await;
        let (items, definition) = (stand.path("shop.jsonl"), stand.path("shop.json"));
        stand.singlet(&["export", "shop", &items]).await.done();
        let described = stand.singlet(&["table", "describe", "shop", "--json"]).await.done().out;
        std::fs::write(&definition, described).unwrap();
        let live = stand.singlet(&["cost", "shop", "--json"]).await.done().json();
        let transport = crate::transport::Transport::recording();
        let run = ["cost", "shop", "--json", "--items", &items, "--definition", &definition];
        let of_file = stand.singlet_through(&transport, &run).await.done().json();
        assert_eq!(transport.sent().len(), 0);
        assert_eq!((&of_file["models"], &of_file["hints"]), (&live["models"], &live["hints"]));
        assert_eq!(of_file["capacity_units"], json!(0.0));
        assert!(read(&items).contains("ORDER#o-1"));
    })
    .await;
}

#[tokio::test]
async fn names_of_others_add_no_lines() {
    stand::run(async |stand| {
        let items = stand.path("odd.jsonl");
        let odd = json!({ "pk": { "S": "USER#a" }, "na\nme": { "S": "a" } });
        std::fs::write(&items, format!("{odd}\n")).unwrap();
        let ran = stand.singlet(&["cost", "odd", "--items", &items, "--hash-key", "pk"]).await.done();
        assert!(!ran.out.contains("na\nme"), "{ran:?}");
        assert!(ran.out.contains("User, an item of "), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_sampled_is_an_error() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let empty = stand.singlet(&["cost", "shop"]).await;
        assert!(empty.code == 1 && empty.err.contains("`shop` has no items to sample"), "{empty:?}");
        let absent = stand.singlet(&["cost", "absent"]).await;
        assert_eq!(absent.code, 1, "{absent:?}");
        for options in [&["--hash-key", "pk"][..], &["--resource", "x"], &["--page-items", "0"]] {
            let ran = stand.singlet(&[&["cost", "shop"], options].concat()).await;
            assert!(ran.code == 64 && ran.out.is_empty(), "{options:?}: {ran:?}");
        }
    })
    .await;
}
