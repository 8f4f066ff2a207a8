//! The program before deals were listed by category. Its table has no index for it.

use singlet::{Model, Result, Table};
use time::{Date, OffsetDateTime};

use super::deals::shard_of;

#[derive(Debug, Table)]
#[table(name = "deals", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_day", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_brand", hash_key = "gsi2pk", range_key = "gsi2sk"))]
pub struct Deals;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Deals, hash_key = "DEAL#{id}", range_key = "DEAL")]
#[model(index(by_day, hash_key = "DAY#{day}#{shard}", range_key("{posted_at}#{id}")))]
#[model(index(by_brand, hash_key = "BRAND#{brand}", range_key("{posted_at}#{id}")))]
pub struct Deal {
    pub id: String,
    pub title: String,
    pub brand: String,
    pub category: String,
    pub posted_at: OffsetDateTime,
    pub day: Date,
    pub shard: u8,
    #[model(default)]
    pub likes: u64,
}

pub async fn post(id: &str, title: &str, brand: &str, category: &str, posted_at: OffsetDateTime) -> Result<()> {
    let deal = Deal::builder().id(id).title(title).brand(brand).category(category);
    deal.posted_at(posted_at).day(posted_at.date()).shard(shard_of(id)).build().create().await
}
