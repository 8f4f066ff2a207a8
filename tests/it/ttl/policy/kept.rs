//! Models that do not carry their expiry: singlet writes the table's TTL attribute by itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use singlet::{Client, ErrorKind, Model, ModelConfig, Table};

use super::{Cart, Code, Lives, TTL};
use crate::stand::{self, START, Stand, n, s};
use crate::transport::{Fate, Transport};

async fn expiry(stand: &Stand) -> i64 {
    stand.only_item("lives").await["expires_at"].as_n().unwrap().parse::<i64>().unwrap() - START
}

#[tokio::test]
async fn every_save_writes_the_tables_ttl_attribute() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut cart = Cart { id: 1, lines: 0 };
        cart.save().await.unwrap();
        assert_eq!(expiry(stand).await, 600);
        stand.advance(60);
        cart.save().await.unwrap();
        assert_eq!(expiry(stand).await, 660);
        cart.save().ttl(Duration::from_secs(5)).await.unwrap();
        assert_eq!(expiry(stand).await, 65);
    })
    .await;
}

#[tokio::test]
async fn without_refresh_the_stored_expiry_stays() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut code = Code { id: 1, tries: 0 };
        code.save().await.unwrap();
        stand.advance(60);
        code.tries = 1;
        code.save().await.unwrap();
        assert_eq!(expiry(stand).await, 600);
        assert_eq!(stand.only_item("lives").await["tries"], n(1));
        Code::update(1).add(|c| c.tries, 1).await.unwrap();
        assert_eq!(expiry(stand).await, 600);
        code.save().ttl(Duration::from_secs(5)).await.unwrap();
        assert_eq!(expiry(stand).await, 65);
    })
    .await;
}

#[tokio::test]
async fn an_expiry_that_changes_meanwhile_is_read_again() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut code = Code { id: 1, tries: 0 };
        code.save().await.unwrap();
        let puts = std::sync::Arc::new(AtomicUsize::new(0));
        let (seen, other) = (puts.clone(), stand.client.clone());
        let transport = Transport::new(move |_, request| {
            if request.operation == "PutItem" && seen.fetch_add(1, Ordering::Relaxed) == 0 {
                // Between the read and the write, another client extends the TTL.
                let other = other.clone();
                std::thread::spawn(move || extend(&other)).join().unwrap();
            }
            Fate::Pass
        });
        code.tries = 7;
        code.save().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(puts.load(Ordering::Relaxed), 2);
        assert_eq!((expiry(stand).await, &stand.only_item("lives").await["tries"]), (900, &n(7)));
    })
    .await;
}

fn extend(client: &Client) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let update = client.sdk().update_item().table_name("lives").key("pk", s("CODE#0000000001"));
        let update = update.key("sk", s("CODE")).update_expression("SET expires_at = :t");
        update.expression_attribute_values(":t", n(START + 900)).send().await.unwrap();
    });
}

#[tokio::test]
async fn a_transaction_cannot_keep_what_it_would_have_to_read() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut code = Code { id: 1, tries: 0 };
        let error = singlet::transact_write().write(code.save()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        singlet::transact_write().write(code.create()).await.unwrap();
        assert_eq!(expiry(stand).await, i64::try_from(TTL).unwrap());
        singlet::transact_write().write(code.save().ttl(Duration::from_secs(5))).await.unwrap();
        assert_eq!(expiry(stand).await, 5);
    })
    .await;
}

fn small() -> ModelConfig {
    // Room for keys, entity and field, and not for the ten bytes of the expiry's name and its value.
    ModelConfig::new("lives").ttl(Duration::from_mins(10)).refresh_ttl(false).max_size(40)
}

#[derive(Debug, Model)]
#[model(table = Lives, hash_key = "TINY#{id}", range_key = "T", config = small)]
struct Tiny {
    id: u32,
}

#[tokio::test]
async fn the_kept_expiry_counts_towards_the_size() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut tiny = Tiny { id: 1 };
        assert!(tiny.size().unwrap().bytes() <= 40);
        assert_eq!(tiny.save().await.unwrap_err().kind(), ErrorKind::TooLarge);
        assert!(stand.stored("lives").await.is_empty());
    })
    .await;
}
