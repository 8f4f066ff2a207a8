//! Collections, and statements of PartiQL.

use singlet::{Collection, Model};

use super::{LIVE, Mark, Trace, Trail, at, ids, trail};
use crate::stand;

#[derive(Debug, Collection)]
struct Team {
    traces: Vec<Trace>,
    marks: Vec<Mark>,
}

#[derive(Debug, PartialEq, Collection)]
enum Row {
    Trace(Trace),
    Mark(Mark),
}

async fn marks() {
    for id in 0..2 {
        Mark { team: "t".into(), id, state: "open".into(), expires_at: Some(at(1)) }.save().await.unwrap();
    }
}

#[tokio::test]
async fn each_model_of_a_collection_hides_by_its_own_config() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        marks().await;
        let team = Team::query("t").client(&client).await.unwrap();
        assert_eq!((ids(&team.traces), team.marks.len(), told.expired()), (LIVE.to_vec(), 2, 15));
        let team = Team::index(Trail::ALL).query("open").client(&client).await.unwrap();
        assert_eq!((ids(&team.traces), team.marks.len(), told.expired()), (LIVE.to_vec(), 2, 15));
    })
    .await;
}

#[tokio::test]
async fn pages_of_collections_are_refilled() {
    stand::run(async |stand| {
        trail(stand).await;
        marks().await;
        let first = Row::query("t").limit(4).page_size(3).page().await.unwrap();
        let kinds: Vec<bool> = first.items.iter().map(|row| matches!(row, Row::Mark(_))).collect();
        assert_eq!(kinds, [true, true, false, false]);
        let second = Row::query("t").limit(4).cursor(first.cursor.unwrap()).page().await.unwrap();
        assert_eq!((second.items.len(), second.cursor.is_none()), (3, true));
        let page = Team::query("t").limit(3).page().await.unwrap();
        assert_eq!((page.collection.marks.len(), ids(&page.collection.traces)), (2, vec![3]));
        let latest = Row::query("t").descending().first().await.unwrap();
        assert!(matches!(latest, Some(Row::Trace(trace)) if trace.id == 19));
    })
    .await;
}

#[tokio::test]
async fn statements_pass_over_what_has_expired() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let statement = || singlet::statement::<Trace>(r#"SELECT * FROM "trail" WHERE pk = ?"#).parameter("TEAM#t");
        assert_eq!(ids(&statement().client(&client).await.unwrap()), LIVE);
        assert_eq!(told.expired(), 15);
        assert_eq!(ids(&statement().page_size(3).limit(2).await.unwrap()), [3, 7]);
    })
    .await;
}
