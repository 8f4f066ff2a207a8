//! The design of a site for deals: a feed over days and shards, brands, categories and likes.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_deals/before.rs"]
mod before;
#[allow(clippy::module_inception, reason = "the design has the name of its file")]
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_deals/deals.rs"]
mod deals;

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType,
};
use singlet::{ErrorKind, Model, Table};
use time::{Duration, OffsetDateTime};

use crate::stand::{self, Stand};
use deals::{Deal, Deals, Like, Place, SHARDS, index_categories, latest, like, of_brand, of_category, post, unlike};

fn hour(n: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(n)
}

/// Deals every few hours, two of each time, with a day without any between.
async fn posted() -> Vec<Deal> {
    Deals::create_table().await.unwrap();
    let mut deals = Vec::new();
    for n in 0..24 {
        let at = hour(if n < 12 { 4 * (n / 2) } else { 24 + 4 * (n / 2) });
        let (brand, category) = if n % 2 == 0 { ("Acme", "tools") } else { ("Emca", "toys") };
        deals.push(post(&format!("d-{n:02}"), "cheap", brand, category, at).await.unwrap());
    }
    deals
}

#[tokio::test]
async fn the_feed_gives_every_deal_once_over_days_and_shards() {
    stand::run(async |_| {
        let mut posted = posted().await;
        posted.sort_by(|a, b| (b.posted_at, &b.id).cmp(&(a.posted_at, &a.id)));
        assert_eq!(posted.iter().map(|deal| deal.shard).collect::<HashSet<_>>().len(), usize::from(SHARDS));
        let days: HashSet<_> = posted.iter().map(|deal| deal.day).collect();
        assert_eq!(days.len(), 2);

        for limit in [1, 5, 12, 24, 100] {
            let (mut place, mut seen) = (Some(Place::end_of(hour(100).date())), Vec::new());
            while let Some(from) = place {
                let (deals, next) = latest(from, limit, hour(0).date()).await.unwrap();
                assert!(next.is_none() || deals.len() == limit, "a page is full, but for the last one");
                seen.extend(deals);
                place = next;
            }
            assert_eq!(seen, posted, "in pages of {limit}");
        }
        let (recent, next) = latest(Place::end_of(hour(100).date()), 100, hour(24).date()).await.unwrap();
        assert_eq!((&recent[..], next), (&posted[..12], None));
    })
    .await;
}

#[tokio::test]
async fn a_brand_is_read_page_by_page_and_a_category_from_a_time() {
    stand::run(async |_| {
        let posted = posted().await;
        let first = of_brand("Acme", None).await.unwrap();
        let cursor = first.cursor.unwrap();
        let second = of_brand("Acme", Some(cursor.as_str())).await.unwrap();
        let ids: Vec<&str> = first.items.iter().chain(&second.items).map(|deal| &*deal.id).collect();
        let expected: Vec<&str> = posted.iter().rev().filter(|d| d.brand == "Acme").map(|d| &*d.id).collect();
        assert_eq!(ids, expected);
        let foreign = of_brand("Emca", Some(cursor.as_str())).await.unwrap_err();
        assert_eq!(foreign.kind(), ErrorKind::InvalidCursor);

        let toys = of_category("toys", hour(24)).await.unwrap();
        assert_eq!(toys.len(), 6);
        assert!(toys.iter().all(|deal| deal.posted_at >= hour(24) && deal.category == "toys"));
    })
    .await;
}

#[tokio::test]
async fn a_like_counts_once_per_user() {
    stand::run(async |_| {
        posted().await;
        let likes = async || Deal::get("d-07").await.unwrap().unwrap().likes;
        assert!(like("d-07", "ann").await.unwrap());
        assert!(!like("d-07", "ann").await.unwrap());
        assert!(like("d-07", "bob").await.unwrap());
        assert_eq!(likes().await, 2);
        assert!(unlike("d-07", "ann").await.unwrap());
        assert!(!unlike("d-07", "ann").await.unwrap());
        assert_eq!(likes().await, 1);
        assert_eq!(Like::query("d-07").await.unwrap(), [Like { deal: "d-07".into(), user: "bob".into() }]);

        assert!(like("d-99", "ann").await.unwrap_err().is_not_found(), "there is no such deal");
        assert!(Like::get(("d-99", "ann")).await.unwrap().is_none());
    })
    .await;
}

/// Adds the index to the table, as the deployment of the new program does.
async fn add_category_index(stand: &Stand) {
    let names = [("gsi3pk", KeyType::Hash), ("gsi3sk", KeyType::Range)];
    let mut index = CreateGlobalSecondaryIndexAction::builder()
        .index_name("by_category")
        .projection(Projection::builder().projection_type(ProjectionType::All).build());
    let mut update = stand.client.sdk().update_table().table_name("deals");
    for (name, key) in names {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        update = update.attribute_definitions(attribute.build().unwrap());
        index = index.key_schema(KeySchemaElement::builder().attribute_name(name).key_type(key).build().unwrap());
    }
    let index = GlobalSecondaryIndexUpdate::builder().create(index.build().unwrap()).build();
    update.global_secondary_index_updates(index).send().await.unwrap();
}

/// The schema change of this design: an index that is newer than the table, and a backfill.
#[tokio::test]
async fn deals_that_are_older_than_the_index_enter_it() {
    stand::run(async |stand| {
        before::Deals::create_table().await.unwrap();
        let posted = async |n: i64, category| {
            before::post(&format!("d-{n}"), "cheap", "Acme", category, hour(n)).await.unwrap();
        };
        for n in 0..6 {
            posted(n, if n % 2 == 0 { "tools" } else { "toys" }).await;
        }
        add_category_index(stand).await;
        Deals::verify_table().await.unwrap().into_result().unwrap();
        let ids = async |category| {
            let deals = of_category(category, hour(0)).await.unwrap();
            deals.into_iter().map(|deal| deal.id).collect::<Vec<_>>()
        };

        // Read and changed before the backfill. Only new deals are in the index.
        assert_eq!(of_brand("Acme", None).await.unwrap().items.len(), 6);
        assert!(like("d-2", "ann").await.unwrap());
        post("d-6", "cheap", "Acme", "tools", hour(6)).await.unwrap();
        assert_eq!((ids("tools").await, ids("toys").await.len()), (vec!["d-6".to_owned()], 0));

        let report = index_categories().await.unwrap();
        assert!(report.is_complete && report.failures.is_empty());
        assert_eq!((report.progress.read, report.progress.changed), (7, 6));
        assert_eq!(ids("tools").await, ["d-6", "d-4", "d-2", "d-0"]);
        assert_eq!(ids("toys").await, ["d-5", "d-3", "d-1"]);
        assert_eq!(Deal::get("d-2").await.unwrap().unwrap().likes, 1);

        // What an instance of the first program posts after it enters with the next backfill, which changes nothing else.
        posted(7, "toys").await;
        assert_eq!(ids("toys").await.len(), 3);
        assert_eq!(index_categories().await.unwrap().progress.changed, 1);
        assert_eq!(ids("toys").await, ["d-7", "d-5", "d-3", "d-1"]);
    })
    .await;
}
