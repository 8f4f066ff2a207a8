//! Items that expire: what the program reads, and when DynamoDB deletes them.

use std::time::Duration;

use singlet::{Client, ExpiresIn, ManualClock, Model, TTLAttribute, TtlStatus};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "codes")]
struct Code {
    #[model(hash_key)]
    email: String,
    digits: String,
    expires_at: TTLAttribute,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // All expiries use the client's clock, so the example does not have to sleep.
    let clock = ManualClock::at(1_750_000_000);
    let client = Client::embedded_with_clock(clock.clone());
    singlet::set_default_client(client.clone());

    // `create_table` enables TTL. `enable_ttl` does so for a table that exists.
    Code::create_table().await?;
    assert_eq!(Code::enable_ttl().await?, TtlStatus::Enabled);

    let email = "ann@example.com";
    let mut code = Code { email: email.into(), digits: "271828".into(), expires_at: ExpiresIn::minutes(10) };
    code.create().await?;
    println!("expires at {}, in {:?}", code.expires_at, code.expires_in());
    assert!(ExpiresIn::hours(1) < ExpiresIn::days(1) && ExpiresIn::days(1) < ExpiresIn::weeks(1));

    clock.advance(Duration::from_mins(10));
    assert!(code.is_expired());
    assert_eq!(code.expires_in(), None);

    // DynamoDB deletes items up to 48 hours late. Until then they are still read, so check `is_expired`.
    let late = Code::get(email).await?.ok_or("the code is still stored")?;
    println!("after 10 minutes: `is_expired` is {}, but the item is still stored", late.is_expired());

    // `create` replaces an expired item.
    let mut fresh = Code { digits: "314159".into(), expires_at: ExpiresIn::minutes(10), ..late };
    fresh.create().await?;

    // The embedded DynamoDB deletes expired items when `sweep_expired` is called.
    clock.advance(Duration::from_hours(1));
    assert_eq!(client.sweep_expired().await?, 1);
    assert_eq!(Code::get(email).await?, None);
    println!("after the sweep: deleted");
    Ok(())
}
