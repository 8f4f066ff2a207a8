//! A feed of deals that many users read, the latest first.

use futures_util::future::try_join_all;
use singlet::{BackfillReport, ErrorKind, Model, Page, Result, Table};
use time::{Date, OffsetDateTime};

/// The number of partitions for the deals of a day. A partition supports 1000 write units and 3000 read units per
/// second.
pub const SHARDS: u8 = 4;

#[derive(Debug, Table)]
#[table(name = "deals", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_day", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_brand", hash_key = "gsi2pk", range_key = "gsi2sk"))]
// Newer than the table: deals that were posted earlier have no keys in it until `index_categories` has run.
#[table(index(name = "by_category", hash_key = "gsi3pk", range_key = "gsi3sk"))]
pub struct Deals;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Deals, hash_key = "DEAL#{id}", range_key = "DEAL")]
#[model(index(by_day, hash_key = "DAY#{day}#{shard}", range_key("{posted_at}#{id}")))]
#[model(index(by_brand, hash_key = "BRAND#{brand}", range_key("{posted_at}#{id}")))]
#[model(index(by_category, hash_key = "CATEGORY#{category}", range_key("{posted_at}#{id}")))]
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

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Deals, hash_key = "DEAL#{deal}", range_key = "LIKE#{user}")]
pub struct Like {
    pub deal: String,
    pub user: String,
}

/// The position in the feed at which a page begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    day: Date,
    /// The time and id of the last deal before the page. `None` means the end of the day.
    before: Option<(OffsetDateTime, String)>,
}

impl Place {
    /// The position before the latest deals of this day.
    pub fn end_of(day: Date) -> Self {
        Place { day, before: None }
    }
}

/// Computes the shard from the id, which spreads the deals without a counter.
pub fn shard_of(id: &str) -> u8 {
    id.bytes().fold(0_u8, u8::wrapping_add) % SHARDS
}

/// Posts a deal.
pub async fn post(id: &str, title: &str, brand: &str, category: &str, posted_at: OffsetDateTime) -> Result<Deal> {
    let deal = Deal::builder().id(id).title(title).brand(brand).category(category);
    let mut deal = deal.posted_at(posted_at).day(posted_at.date()).shard(shard_of(id)).build();
    deal.create().await?;
    Ok(deal)
}

/// Returns a page of the latest deals, back to the day `oldest`, and the position of the next page.
pub async fn latest(from: Place, limit: usize, oldest: Date) -> Result<(Vec<Deal>, Option<Place>)> {
    let (mut deals, mut place) = (Vec::new(), from);
    while deals.len() < limit {
        deals.extend(of_day(&place, limit - deals.len()).await?);
        if deals.len() < limit {
            match place.day.previous_day().filter(|day| *day >= oldest) {
                Some(day) => place = Place::end_of(day),
                None => return Ok((deals, None)),
            }
        }
    }
    place.before = deals.last().map(|deal| (deal.posted_at, deal.id.clone())).or(place.before);
    Ok((deals, Some(place)))
}

/// Queries all shards of the day concurrently, because any of them may hold all of the latest deals.
async fn of_day(place: &Place, limit: usize) -> Result<Vec<Deal>> {
    let of_shard = |shard| {
        let query = Deal::index(Deals::BY_DAY).query((place.day, shard)).descending().limit(limit);
        match &place.before {
            Some((at, id)) => query.lt((*at, id)).into_future(),
            None => query.into_future(),
        }
    };
    let mut deals = try_join_all((0..SHARDS).map(of_shard)).await?.concat();
    deals.sort_by(|a, b| (b.posted_at, &b.id).cmp(&(a.posted_at, &a.id)));
    deals.truncate(limit);
    Ok(deals)
}

/// Returns a page of a brand's deals with a cursor to the next page.
pub async fn of_brand(brand: &str, cursor: Option<&str>) -> Result<Page<Deal>> {
    Deal::index(Deals::BY_BRAND).query(brand).descending().limit(10).cursor(cursor).page().await
}

/// Returns the deals of a category since `since`.
pub async fn of_category(category: &str, since: OffsetDateTime) -> Result<Vec<Deal>> {
    Deal::index(Deals::BY_CATEGORY).query(category).ge(since).descending().await
}

/// Gives all stored deals their keys in the index of categories. Run it once, after the index exists and every instance
/// of the program writes its keys. Only then does [`of_category`] return all deals.
pub async fn index_categories() -> Result<BackfillReport> {
    Deal::backfill().await
}

/// Likes a deal. Returns `false` if the user has already liked it.
pub async fn like(deal: &str, user: &str) -> Result<bool> {
    let mut like = Like { deal: deal.into(), user: user.into() };
    let both = singlet::transact_write().write(like.create()).write(Deal::update(deal).add(|d| d.likes, 1));
    only_once(both.await)
}

/// Removes a like. Returns `false` if there is none.
pub async fn unlike(deal: &str, user: &str) -> Result<bool> {
    let delete = Like::delete_by_key((deal, user)).when(|l| l.user.exists());
    let both = singlet::transact_write().write(delete).write(Deal::update(deal).subtract(|d| d.likes, 1));
    only_once(both.await)
}

fn only_once(outcome: Result<()>) -> Result<bool> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::ConditionFailed => Ok(false),
        outcome => outcome.map(|()| true),
    }
}
