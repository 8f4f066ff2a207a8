//! Collections in a table without an entity attribute.

use singlet::{Collection, ErrorKind, Item, KeyText, SkipReason};

use super::super::skipped::Skipped;
use super::{Desk, Note, Profile, Task, Text, fill, note, profile};
use crate::stand::{self, item, s};

#[derive(Debug, Clone, PartialEq, Collection)]
pub(super) enum Row {
    Profile(Profile),
    Note(Note),
}

#[derive(Debug, PartialEq, Collection)]
struct DeskPage {
    profile: Option<Profile>,
    notes: Vec<Text>,
}

#[derive(Debug, PartialEq, Collection)]
#[collection(deny_unknown)]
enum Strict {
    Profile(Profile),
    Note(Note),
}

#[derive(Debug, PartialEq, Collection)]
enum Any {
    Note(Note),
    #[collection(other)]
    Other(Item),
}

#[tokio::test]
async fn a_collection_tells_its_models_by_their_keys() {
    stand::run(async |stand| {
        fill(stand).await;
        let skipped = Skipped::default();
        let rows = [note(1), note(2), note(3)].map(Row::Note).into_iter().chain([Row::Profile(profile("d-1"))]);
        let rows: Vec<Row> = rows.collect();
        assert_eq!(Row::query("d-1").client(&stand.observed(skipped.clone())).await.unwrap(), rows);
        // Four foreign items and two tasks.
        assert_eq!(skipped.take("desk"), [("Row", SkipReason::WrongEntity); 6]);
        assert_eq!(Row::query("d-1").ge(KeyText("NOTE#0000000003")).await.unwrap(), rows[2..]);
        assert_eq!(Row::query("d-1").count().await.unwrap(), 4);
        assert_eq!(Row::query("d-1").ge(KeyText("NOTE#0000000003")).count().await.unwrap(), 2);
        assert_eq!((Row::scan().await.unwrap().len(), Row::scan().count().await.unwrap()), (5, 5));
        let filtered = Row::scan().filter::<Note, _>(|note| note.text.eq("note 2"));
        assert_eq!(filtered.await.unwrap().len(), 3);
        let error = Row::query("d-1").filter::<Note, _>(|note| note.text.eq("note 2")).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("pk")));

        let page = DeskPage::query("d-1").await.unwrap();
        assert_eq!((page.profile, page.notes.len()), (Some(profile("d-1")), 3));
        let error = Strict::query("d-1").await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some("Strict")));
        assert_eq!(Strict::query("d-1").count().await.unwrap(), 4);
        let any = Any::query("d-1").await.unwrap();
        let is_note = |any: &&Any| matches!(any, Any::Note(_));
        assert_eq!((any.len(), any.iter().filter(is_note).count()), (10, 3));
        // Unknown items pass the filter, as those of other models do: ten and one of another partition, without two notes.
        let error = Any::query("d-1").filter::<Note, _>(|note| note.text.eq("note 2")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        let any = Any::scan().filter::<Note, _>(|note| note.text.eq("note 2")).await.unwrap();
        assert_eq!((any.len(), any.iter().filter(is_note).count()), (10, 1));
        assert_eq!(Any::query("d-1").count().await.unwrap(), 10);
        let unknown = item([("text", s("without keys"))]);
        assert_eq!(Row::from_item(&unknown).unwrap_err().kind(), ErrorKind::WrongEntity);
    })
    .await;
}

/// Models in one index, in which the keys of the table identify them.
#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
enum OfDay {
    Note(Note),
    Task(Task),
}

#[tokio::test]
async fn models_that_meet_in_an_index_are_counted_and_filtered_there() {
    stand::run(async |stand| {
        fill(stand).await;
        let day = || OfDay::index(Desk::BY_DAY).query("mon");
        let notes = |found: &[OfDay]| found.iter().filter(|row| matches!(row, OfDay::Note(_))).count();
        let found = day().await.unwrap();
        assert_eq!((found.len(), notes(&found)), (5, 3));
        assert_eq!(day().count().await.unwrap(), 5);
        // The keys of the table are not those of the index, so a filter may name them.
        let found = day().filter::<Note, _>(|note| note.text.eq("note 2")).await.unwrap();
        assert_eq!((found.len(), notes(&found)), (3, 1));
    })
    .await;
}
