//! An index that is sorted by expiry: what is live is one range of it.

use singlet::{ExpiresIn, Model, TTLAttribute, Table};

use crate::stand::{self, START};

#[derive(Table)]
#[table(name = "leases", hash_key = "pk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "by_expiry", hash_key = "list", range_key = "expires_at", range_key_type = "N"))]
struct Leases;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Leases, hash_key = "LEASE#{id}")]
#[model(index(by_expiry, hash_key = "LEASES", range_key = expires_at))]
struct Lease {
    id: String,
    expires_at: Option<TTLAttribute>,
}

async fn lease(id: &str, seconds: Option<u64>) -> Lease {
    let mut lease = Lease { id: id.to_owned(), expires_at: seconds.map(ExpiresIn::seconds) };
    lease.create().await.unwrap();
    lease
}

async fn live() -> Vec<String> {
    let live = Lease::index(Leases::BY_EXPIRY).query(()).after(ExpiresIn::seconds(0)).await.unwrap();
    live.into_iter().map(|lease| lease.id).collect()
}

#[tokio::test]
async fn what_is_behind_now_is_live_and_what_never_expires_is_not_there() {
    stand::run(async |stand| {
        Leases::create_table().await.unwrap();
        for (id, seconds) in [("long", Some(100)), ("short", Some(5)), ("eternal", None)] {
            lease(id, seconds).await;
        }
        assert_eq!(live().await, ["short", "long"]);
        stand.advance(4);
        assert_eq!(live().await, ["short", "long"]);
        stand.advance(1);
        assert_eq!(live().await, ["long"]);
    })
    .await;
}

#[tokio::test]
async fn the_index_follows_an_extended_expiry() {
    stand::run(async |stand| {
        Leases::create_table().await.unwrap();
        let (mut first, mut eternal) = (lease("first", Some(5)).await, lease("eternal", None).await);
        lease("second", Some(10)).await;
        first.extend_ttl(ExpiresIn::seconds(60)).await.unwrap();
        eternal.extend_ttl(ExpiresIn::seconds(30)).await.unwrap();
        assert_eq!(live().await, ["second", "eternal", "first"]);
        let upto = Lease::index(Leases::BY_EXPIRY).query(()).up_to(TTLAttribute::from_epoch_seconds(START + 30));
        assert_eq!(upto.count().await.unwrap(), 2);
        stand.advance(59);
        assert_eq!(live().await, ["first"]);
    })
    .await;
}
