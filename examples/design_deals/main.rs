//! A site with a feed of deals that many users read: `cargo run --example design_deals`.
//!
//! | access pattern | keys | function |
//! |---|---|---|
//! | post a deal | `DEAL#<id>` / `DEAL` | `post` |
//! | latest deals, page by page, over days | `by_day`: `DAY#<day>#<shard>` / `<time>#<id>`, all shards concurrently | `latest` |
//! | deals of a brand, page by page | `by_brand`: `BRAND#<brand>` / `<time>#<id>` | `of_brand` |
//! | deals of a category since yesterday | `by_category`: `CATEGORY#<category>` / `<time>#<id>` | `of_category` |
//! | like a deal, once | a transaction on `DEAL#<id>` / `LIKE#<user>` and the deal's counter | `like` |
//! | remove a like | the same | `unlike` |
//!
//! One index is newer than the table: `before.rs` is the program without it. `index_categories` adds its deals to the index.

use singlet::{Client, Model, Result, Table};
use time::{Duration, OffsetDateTime};

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod deals;

use deals::{Deal, Deals, Place, SHARDS, index_categories, latest, like, of_brand, of_category, post, unlike};

#[tokio::main]
async fn main() -> Result<()> {
    singlet::set_default_client(Client::embedded());
    Deals::create_table().await?;

    let start = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    for n in 0..30 {
        let (brand, category) = if n % 2 == 0 { ("Acme", "tools") } else { ("Emca", "toys") };
        post(&format!("d-{n:02}"), &format!("Deal {n}"), brand, category, start + Duration::hours(2 * n)).await?;
    }
    let now = start + Duration::hours(58);
    println!("30 deals in three days, each day in {SHARDS} partitions");

    let (mut place, mut seen) = (Some(Place::end_of(now.date())), Vec::new());
    while let Some(from) = place {
        let (deals, next) = latest(from, 8, start.date()).await?;
        let ids: Vec<&str> = deals.iter().map(|deal| &*deal.id).collect();
        println!("  {}", ids.join(" "));
        seen.extend(deals);
        place = next;
    }
    assert_eq!(seen.len(), 30);
    assert!(seen.is_sorted_by(|a, b| a.posted_at > b.posted_at), "each deal once, the latest first");

    let first = of_brand("Acme", None).await?;
    let cursor = first.cursor.as_ref().expect("there are more than ten");
    let second = of_brand("Acme", Some(cursor.as_ref())).await?;
    println!("15 deals of Acme: {} on the first page, {} on the second", first.items.len(), second.items.len());
    assert_eq!((first.items.len(), second.items.len()), (10, 5));

    let toys = of_category("toys", now - Duration::days(1)).await?;
    println!("{} toys since yesterday", toys.len());
    assert_eq!(toys.len(), 7);

    assert!(like("d-07", "ann").await? && like("d-07", "bob").await?);
    assert!(!like("d-07", "ann").await?, "one like per user");
    assert!(unlike("d-07", "bob").await? && !unlike("d-07", "bob").await?);
    let likes = Deal::get("d-07").await?.map(|deal| deal.likes);
    println!("likes after two users liked the deal and one of them changed their mind: {likes:?}");
    assert_eq!(likes, Some(1));

    // What the program stored before deals were listed by category.
    before::post("d-99", "Deal 99", "Acme", "books", now).await?;
    assert_eq!(of_category("books", start).await?.len(), 0);
    println!("added {} deal to the index of categories", index_categories().await?.progress.changed);
    assert_eq!(of_category("books", start).await?.len(), 1);
    Ok(())
}
