//! A cache whose records stay alive while they are used: set, get, update, batches, cleanup.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use singlet::cache::Cache;
use singlet::{Client, ManualClock, Result};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
    age: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    // All expiries use the client's clock, so the example does not have to sleep.
    let clock = ManualClock::at(1_750_000_000);
    singlet::set_default_client(Client::embedded_with_clock(clock.clone()));

    // Settings come from SINGLET_CACHE_TABLE, SINGLET_CACHE_DEFAULT_TTL and SINGLET_CACHE_ACTIVE_TTL.
    let cache = Cache::from_env().await?;
    cache.create_table().await?;

    let john = User { name: "John Doe".into(), age: 30 };
    cache.set_record("user:123", &john).ttl(Duration::from_hours(1)).await?;
    println!("set: {:?}", cache.get_record::<User>("user:123").await?);

    cache.update_record("user:123", &User { age: 31, ..john }).await?;
    cache.update_record_field("user:123", "age", &32).await?;
    let user: Option<User> = cache.get_record("user:123").await?;
    assert_eq!(user.as_ref().map(|user| user.age), Some(32));
    println!("updated: {user:?}");

    // Active TTL: each access extends the expiry by the record's own TTL.
    let session = HashMap::from([("user", "Alice"), ("status", "active")]);
    cache.set_record("session:456", &session).ttl(Duration::from_mins(5)).await?;
    for minutes in [4, 4, 4] {
        clock.advance(Duration::from_mins(minutes));
        assert!(cache.get_record::<HashMap<String, String>>("session:456").await?.is_some());
    }
    clock.advance(Duration::from_mins(5));
    assert_eq!(cache.get_record::<HashMap<String, String>>("session:456").await?, None);
    println!("the session lived for 12 minutes while it was used, and expired 5 minutes later");

    // Without active TTL, access does not extend the expiry.
    let fixed = Cache::builder().active_ttl(false).build()?;
    fixed.set_record("code:789", "271828").ttl(Duration::from_mins(10)).await?;
    clock.advance(Duration::from_mins(9));
    assert!(fixed.get_record::<String>("code:789").await?.is_some());
    clock.advance(Duration::from_mins(1));
    assert!(fixed.get_record::<String>("code:789").await?.is_none());

    cache.batch_set((1..=30).map(|n| (format!("page:{n}"), "x".repeat(n * 1_000)))).await?;
    let pages = cache.get_all_records::<String>().prefix("page:").await?;
    println!("{} pages, {} bytes", pages.len(), pages.values().map(String::len).sum::<usize>());
    println!("{} of them deleted", cache.batch_delete(["page:1", "page:2", "page:31"]).await?);

    // A service runs this in the background: `cache.spawn_cleanup(Duration::from_mins(10), 30)?`.
    clock.advance(Duration::from_mins(30));
    cache.get_record::<String>("page:3").await?;
    println!("cleanup: {}", cache.cleanup_inactive_records(30).await?);

    assert!(cache.delete_record("page:3").await?);
    Ok(())
}
