//! Reads with a filter and a limit evaluate about as much as a reader that knows the answer.

use singlet::{Model, Table};

use super::bill;

#[derive(Table)]
#[table(name = "shelf", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shelf;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shelf, hash_key = "SHELF#{shelf}", range_key = "BOOK#{id:04}")]
struct Book {
    shelf: u32,
    id: u32,
    /// Every tenth book has 0.
    tenth: u32,
    body: String,
}

/// Stores books of so many bytes each.
async fn books(shelf: u32, count: u32, bytes: usize) {
    let mut books: Vec<_> = (0..count).map(|id| Book { shelf, id, tenth: id % 10, body: String::new() }).collect();
    for book in &mut books {
        book.body = "x".repeat(bytes - book.size().unwrap().bytes());
    }
    singlet::batch_write().put_all(&books).await.unwrap();
}

fn ids(books: &[Book]) -> Vec<u32> {
    books.iter().map(|book| book.id).collect()
}

#[tokio::test]
async fn a_first_item_that_passes_costs_what_it_is() {
    super::run(async |_, billed| {
        Shelf::create_table().await.unwrap();
        for (shelf, bytes) in [(1, 1_024), (4, 4_096)] {
            books(shelf, 200, bytes).await;
            let query = || Book::query(shelf).client(&billed.client);
            let first = query().filter(|book| book.tenth.eq(0_u32)).first().await.unwrap();
            assert_eq!(first.map(|book| book.id), Some(0));
            billed.costs("first", bill(0.5, 0.0, 1));
            let count = query().filter(|book| book.tenth.eq(0_u32)).limit(1).count().await.unwrap();
            assert_eq!(count, 1);
            billed.costs("count", bill(0.5, 0.0, 1));
        }
    })
    .await;
}

#[tokio::test]
async fn a_first_item_far_away_takes_few_requests_and_little_more_than_the_way() {
    super::run(async |_, billed| {
        Shelf::create_table().await.unwrap();
        books(1, 1_000, 1_024).await;
        for at in [1, 5, 20, 100, 400, 999] {
            let mut book = Book::get((1, at)).await.unwrap().unwrap();
            book.tenth = 77;
            book.save().await.unwrap();
            let first =
                Book::query(1).filter(|book| book.tenth.eq(77_u32)).client(&billed.client).first().await.unwrap();
            assert_eq!(first.unwrap().id, at);
            let cost = billed.take();
            let ideal = f64::from(at + 1) / 8.0;
            assert!(cost.read <= 3.0 * ideal + 4.0 && cost.requests <= 7, "{at}: {cost:?}");
            Book::update((1, at)).set(|book| book.tenth, at % 10).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn pages_with_a_filter_cost_what_they_hold() {
    super::run(async |_, billed| {
        Shelf::create_table().await.unwrap();
        for (shelf, bytes, page, all) in [(1, 1_024, 1.5, 15.0), (4, 4_096, 5.5, 50.5)] {
            books(shelf, 100, bytes).await;
            let query = || Book::query(shelf).limit(10).client(&billed.client);
            let passing = || query().filter(|book| book.tenth.lt(10_u32));
            assert_eq!(passing().page().await.unwrap().items.len(), 10);
            billed.costs("a page of 10, all pass", bill(page, 0.0, 1));
            let (mut pages, mut seen) = (passing().pages(), Vec::new());
            while let Some(some) = pages.next().await {
                seen.extend(ids(&some.unwrap().items));
            }
            assert_eq!(seen, (0..100).collect::<Vec<_>>());
            let cost = billed.take();
            assert!(cost.read <= all && cost.requests == 10, "all pages: {cost:?}");
        }
    })
    .await;
}

/// The ideal reader evaluates every item once.
#[tokio::test]
async fn pages_of_a_stream_pay_no_item_twice() {
    super::run(async |_, billed| {
        Shelf::create_table().await.unwrap();
        books(4, 500, 4_096).await;
        for share in [1_u32, 3, 9] {
            let query = Book::query(4).filter(|book| book.tenth.lt(share)).limit(7).client(&billed.client);
            let expected: Vec<_> = (0..500).filter(|id| id % 10 < share).collect();
            let (mut pages, mut seen) = (query.pages(), Vec::new());
            while let Some(page) = pages.next().await {
                let page = page.unwrap();
                seen.extend(ids(&page.items));
                // The cursors of such a page lead on from it, whatever the stream has read already.
                if let Some(cursor) = page.cursor {
                    let next = Book::query(4).filter(|book| book.tenth.lt(share)).limit(7).cursor(cursor);
                    let next = ids(&next.page().await.unwrap().items);
                    assert_eq!(next, expected[seen.len()..][..next.len()]);
                }
            }
            assert_eq!(seen, expected);
            let cost = billed.take();
            assert!((cost.read - 250.0).abs() < 0.01, "{share} of 10: {}", cost.read);
        }
    })
    .await;
}

#[tokio::test]
async fn separate_pages_with_a_filter_cost_half_more_than_ideal_at_most() {
    super::run(async |_, billed| {
        Shelf::create_table().await.unwrap();
        books(4, 500, 4_096).await;
        for share in [1_u32, 5, 10] {
            let (mut cursor, mut seen) = (None, 0);
            loop {
                let query = Book::query(4).filter(|book| book.tenth.lt(share)).limit(10).client(&billed.client);
                let page = query.cursor(cursor).page().await.unwrap();
                seen += page.items.len();
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, 50 * share as usize);
            let cost = billed.take();
            assert!(cost.read <= 1.5 * 250.0, "{share} of 10: {cost:?}");
        }
    })
    .await;
}
