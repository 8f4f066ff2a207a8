//! Writes too treat an expired item as absent if its model hides expired items.

use std::time::Duration;

use singlet::{ErrorKind, ExpiresIn, Model, Table};

use super::{Draft, Ghost, Lives, at, draft, ghost};
use crate::stand::{self, Stand};

/// Stores a ghost that has expired.
async fn haunt(stand: &Stand) {
    if stand.client.sdk().describe_table().table_name("lives").send().await.is_err() {
        Lives::create_table().await.unwrap();
    }
    let mut old = Ghost { nick: Some("casper".into()), ..ghost(1) };
    old.save().ttl(Duration::from_secs(5)).await.unwrap();
    stand.advance(5);
    assert_eq!(stand.stored("lives").await.len(), 1, "DynamoDB has not deleted it");
}

#[tokio::test]
async fn create_replaces_it() {
    stand::run(async |stand| {
        haunt(stand).await;
        ghost(1).create().await.unwrap();
        assert!(!stand.only_item("lives").await.contains_key("nick"));
    })
    .await;
}

#[tokio::test]
async fn update_does_not_find_it() {
    stand::run(async |stand| {
        haunt(stand).await;
        let error = Ghost::update(1).set(|g| g.note, "again").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.old_item(), None, "nor does its error show it");
    })
    .await;
}

#[tokio::test]
async fn upsert_replaces_it_and_does_not_merge() {
    stand::run(async |stand| {
        haunt(stand).await;
        let new = Ghost::upsert(1).set(|g| g.note, "new").await.unwrap();
        assert_eq!((new.note.as_str(), new.nick, new.expires_at), ("new", None, at(605)));
        let merged = Ghost::upsert(1).set(|g| g.note, "newer").return_old().await.unwrap();
        assert_eq!(merged.unwrap().note, "new", "what lives is merged into");
    })
    .await;
}

#[tokio::test]
async fn what_a_write_replaces_is_not_shown() {
    stand::run(async |stand| {
        haunt(stand).await;
        assert_eq!(Ghost::delete_by_key(1).return_old().await.unwrap(), None);
        haunt(stand).await;
        assert_eq!(ghost(1).save().return_old().await.unwrap(), None);
        haunt(stand).await;
        assert_eq!(Ghost::upsert(1).set(|g| g.note, "new").return_old().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn conditions_see_nothing() {
    stand::run(async |stand| {
        haunt(stand).await;
        let error = ghost(1).save().when(|g| g.note.eq("boo")).await.unwrap_err();
        assert_eq!((error.kind(), error.old_item()), (ErrorKind::ConditionFailed, None));
        haunt(stand).await;
        let error = Ghost::delete_by_key(1).when(|g| g.note.eq("boo")).await.unwrap_err();
        assert_eq!((error.kind(), error.old_item()), (ErrorKind::ConditionFailed, None));
        haunt(stand).await;
        ghost(1).save().when(|g| g.note.not_exists()).await.unwrap();
        haunt(stand).await;
        Ghost::delete_by_key(1).when(|g| g.note.not_exists()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_version_of_a_hidden_item_conflicts() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut local = draft(1);
        local.save().ttl(Duration::from_secs(5)).await.unwrap();
        stand.advance(5);
        assert_eq!(local.save().await.unwrap_err().kind(), ErrorKind::VersionConflict);
        assert_eq!(local.version, 1);
        assert!(local.modify().set(|d| d.text, "x").await.is_err());
        local.delete().await.unwrap();
        let mut new = draft(1);
        new.save().await.unwrap();
        assert_eq!((new.version, Draft::get(1).await.unwrap().unwrap().version), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn extend_ttl_does_not_revive_and_set_ttl_does() {
    stand::run(async |stand| {
        haunt(stand).await;
        let mut local = Ghost { expires_at: at(5), ..ghost(1) };
        assert_eq!(local.extend_ttl(ExpiresIn::hours(1)).await.unwrap_err().kind(), ErrorKind::Expired);
        assert_eq!(local.expires_at, at(5));
        local.set_ttl(ExpiresIn::seconds(100)).await.unwrap();
        assert_eq!(local.expires_at, at(105));
        assert!(Ghost::exists(1).await.unwrap());
    })
    .await;
}
