//! Optimistic locking: the version is checked and counted by the request that writes.

use singlet::{CancelReason, Error, ErrorKind, Model, Table};

use crate::stand;
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "documents", hash_key = "pk", entity = "_type")]
struct Documents;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Documents, hash_key = "DOCUMENT#{id}")]
struct Document {
    id: u32,
    #[model(version)]
    version: u64,
    #[model(created_at)]
    created: Option<i64>,
    #[model(updated_at)]
    updated: Option<i64>,
    text: String,
    reads: u64,
    note: Option<String>,
}

fn new(id: u32) -> Document {
    Document { id, version: 0, created: None, updated: None, text: "a".into(), reads: 0, note: None }
}

async fn stored() -> Document {
    Documents::create_table().await.unwrap();
    let mut document = new(1);
    document.create().await.unwrap();
    assert_eq!(document.version, 1);
    document
}

/// Somebody else writes the document.
async fn overtaken() -> (Document, Document) {
    let mine = stored().await;
    let mut theirs = mine.clone();
    theirs.text = "theirs".into();
    theirs.save().await.unwrap();
    (mine, theirs)
}

fn assert_conflict(error: &Error, theirs: &Document) {
    assert_eq!(error.kind(), ErrorKind::VersionConflict, "{error}");
    assert!(error.is_version_conflict() && error.is_condition_failed());
    assert_eq!(error.old::<Document>().unwrap().as_ref(), Some(theirs));
}

fn losing_first() -> Transport {
    Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass })
}

#[tokio::test]
async fn a_save_of_an_outdated_value_fails_again_and_again() {
    stand::run(async |_| {
        let (mut mine, theirs) = overtaken().await;
        let before = mine.clone();
        for _ in 0..2 {
            assert_conflict(&mine.save().await.unwrap_err(), &theirs);
            assert_eq!(mine, before);
        }
        assert_eq!(Document::get(1).await.unwrap(), Some(theirs));
    })
    .await;
}

#[tokio::test]
async fn a_new_value_does_not_replace_a_stored_one() {
    stand::run(async |_| {
        let stored = stored().await;
        let mut second = new(1);
        let error = second.save().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::VersionConflict);
        assert_eq!(error.old().unwrap(), Some(stored));
        assert_eq!(second, new(1));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_item_is_a_conflict() {
    stand::run(async |stand| {
        let mut mine = stored().await;
        mine.delete().await.unwrap();
        let error = mine.save().await.unwrap_err();
        assert_eq!((error.kind(), error.old_item()), (ErrorKind::VersionConflict, None));
        assert!(mine.modify().set(|d| d.text, "b").await.unwrap_err().is_not_found());
        // An item that does not exist can be deleted.
        mine.delete().await.unwrap();
        assert_eq!(stand.stored("documents").await, []);
    })
    .await;
}

#[tokio::test]
async fn updates_by_key_count_without_a_check() {
    stand::run(async |stand| {
        let first = stored().await;
        stand.advance(60);
        let second = Document::update(1).set(|d| d.text, "b").await.unwrap();
        assert_eq!((second.version, second.created), (2, first.created));
        assert_eq!(second.updated.unwrap() - first.updated.unwrap(), 60_000);
    })
    .await;
}

#[tokio::test]
async fn modify_checks_and_counts() {
    stand::run(async |_| {
        let (mut mine, mut theirs) = overtaken().await;
        theirs.modify().add(|d| d.reads, 1).await.unwrap();
        assert_eq!((theirs.version, theirs.reads), (3, 1));
        let before = mine.clone();
        for _ in 0..2 {
            assert_conflict(&mine.modify().add(|d| d.reads, 1).await.unwrap_err(), &theirs);
            assert_eq!(mine, before);
        }
    })
    .await;
}

#[tokio::test]
async fn update_from_checks_the_version_of_the_old_value() {
    stand::run(async |_| {
        let (mine, mut theirs) = overtaken().await;
        let mut changed = Document { note: Some("x".into()), ..mine.clone() };
        assert_conflict(&changed.update_from(&mine).await.unwrap_err(), &theirs);
        let old = theirs.clone();
        theirs.note = Some("y".into());
        theirs.update_from(&old).await.unwrap();
        assert_eq!((theirs.version, theirs.text.as_str()), (3, "theirs"));
        assert_eq!(Document::get(1).await.unwrap(), Some(theirs));
    })
    .await;
}

#[tokio::test]
async fn a_delete_checks_the_version() {
    stand::run(async |_| {
        let (mine, theirs) = overtaken().await;
        assert_conflict(&mine.delete().await.unwrap_err(), &theirs);
        theirs.delete().await.unwrap();
        assert_eq!(Document::get(1).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_condition_beside_the_version() {
    stand::run(async |_| {
        let (mut mine, mut theirs) = overtaken().await;
        let error = theirs.save().when(|d| d.text.eq("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(theirs.version, 2);
        assert_conflict(&mine.save().when(|d| d.text.eq("theirs")).await.unwrap_err(), &theirs);
        theirs.save().when(|d| d.text.eq("theirs")).await.unwrap();
        assert_eq!(theirs.version, 3);
    })
    .await;
}

#[tokio::test]
async fn timestamps_and_versions_are_taken_over_after_success_only() {
    stand::run(async |stand| {
        let mut mine = stored().await;
        assert_eq!((mine.created, mine.updated), (Some(stand::START * 1_000), Some(stand::START * 1_000)));
        stand.advance(5);
        let before = mine.clone();
        let failing = stand.through(&Transport::failing(400, "AccessDeniedException"));
        mine.save().client(&failing).await.unwrap_err();
        mine.modify().set(|d| d.text, "b").client(&failing).await.unwrap_err();
        singlet::transact_write().write(mine.save()).client(&failing).await.unwrap_err();
        assert_eq!(mine, before);
        mine.save().await.unwrap();
        assert_eq!((mine.version, mine.created), (2, before.created));
        assert_eq!(mine.updated, Some((stand::START + 5) * 1_000));
        assert_eq!(Document::get(1).await.unwrap(), Some(mine));
    })
    .await;
}

#[tokio::test]
async fn a_transaction_checks_all_versions() {
    stand::run(async |_| {
        let (mut mine, theirs) = overtaken().await;
        let mut other = new(2);
        let before = mine.clone();
        let error = singlet::transact_write().write(other.create()).write(mine.save()).await.unwrap_err();
        assert_conflict(&error, &theirs);
        let cancelled = &error.cancelled()[0];
        assert_eq!((cancelled.index(), cancelled.reason()), (1, CancelReason::ConditionFailed));
        assert_eq!((&mine, &other), (&before, &new(2)));

        let mut theirs = theirs;
        singlet::transact_write()
            .write(other.create())
            .write(theirs.modify().set(|d| d.note, "x").when(|d| d.text.eq("theirs")))
            .await
            .unwrap();
        assert_eq!((other.version, theirs.version, theirs.note.as_deref()), (1, 3, Some("x")));
        assert_eq!(Document::get(1).await.unwrap(), Some(theirs.clone()));
        singlet::transact_write().write(theirs.save()).write(other.delete()).await.unwrap();
        assert_eq!((theirs.version, Document::get(2).await.unwrap()), (4, None));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_counts_from_one() {
    stand::run(async |stand| {
        Documents::create_table().await.unwrap();
        let upsert = || Document::upsert(1).set(|d| d.text, "a").add(|d| d.reads, 1);
        let first = upsert().await.unwrap();
        assert_eq!((first.version, first.created), (1, Some(stand::START * 1_000)));
        stand.advance(1);
        let second = upsert().await.unwrap();
        assert_eq!((second.version, second.reads, second.created), (2, 2, first.created));
        assert_eq!(second.updated, Some((stand::START + 1) * 1_000));
    })
    .await;
}

#[tokio::test]
async fn a_versioned_delete_and_a_transaction_are_done_once_if_their_answer_is_lost() {
    stand::run(async |stand| {
        let mut mine = stored().await;
        singlet::transact_write().write(mine.save()).client(&stand.through(&losing_first())).await.unwrap();
        assert_eq!(Document::get(1).await.unwrap(), Some(mine.clone()));
        mine.delete().client(&stand.through(&losing_first())).await.unwrap();
        assert_eq!(Document::get(1).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_after_an_unanswered_attempt_is_an_unknown_outcome() {
    stand::run(async |stand| {
        let (mut mine, theirs) = overtaken().await;
        let failing_first = || {
            Transport::new(|number, _| match number {
                0 => Fate::Answer(500, error_body("InternalServerError")),
                _ => Fate::Pass,
            })
        };
        let unknown = |error: &Error| {
            assert!(!error.is_condition_failed(), "the first attempt may have come before the other writer");
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(error.old::<Document>().unwrap().as_ref(), Some(&theirs));
        };
        unknown(&mine.save().client(&stand.through(&failing_first())).await.unwrap_err());
        let client = stand.through(&failing_first());
        unknown(&mine.modify().set(|d| d.text, "mine").client(&client).await.unwrap_err());
        let client = stand.through(&failing_first());
        unknown(&mine.modify().add(|d| d.reads, 0).client(&client).await.unwrap_err());
        assert_conflict(&mine.save().await.unwrap_err(), &theirs);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Documents, hash_key = "ENTRY#{id}")]
struct Entry {
    #[model(generated)]
    id: String,
    text: String,
}

#[tokio::test]
async fn a_save_that_is_repeated_has_the_same_id() {
    stand::run(async |stand| {
        Documents::create_table().await.unwrap();
        let mut entry = Entry::builder().text("a").build();
        let failing = stand.through(&Transport::failing(400, "AccessDeniedException"));
        entry.create().client(&failing).await.unwrap_err();
        let id = entry.id.clone();
        entry.create().await.unwrap();
        assert!(!id.is_empty());
        assert_eq!(entry.id, id);
        assert_eq!(stand.only_item("documents").await, entry.to_item().unwrap());
    })
    .await;
}
