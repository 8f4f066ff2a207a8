//! Writes over items that have expired and count as absent, but are still stored.

use std::time::Duration;

use singlet::{ErrorKind, Model, ModelConfig, TTLAttribute};

use super::{Bill, Billed, bill};
use crate::stand::{self, Stand, n};

fn hidden() -> ModelConfig {
    let config = ModelConfig::new("guests_cost").ttl(Duration::from_mins(30));
    config.expired(singlet::ExpiredItems::Hide)
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "guests_cost", config = hidden)]
struct Guest {
    #[model(hash_key)]
    id: u32,
    #[model(default)]
    visits: u32,
    note: Option<String>,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

/// A guest that has expired, as the program knows it.
async fn expired(stand: &Stand, id: u32, bytes: usize) -> Guest {
    Guest::create_table().await.ok();
    let mut guest = Guest { id, visits: 7, note: Some("x".repeat(bytes)), version: 0, expires_at: None };
    guest.create().await.unwrap();
    stand.advance(1_801);
    guest
}

const REFUSED: Bill = Bill { read: 0.0, write: 0.0, refused: 1, requests: 1 };

/// Every write that needs an item: the error is that of a missing one, and says so.
#[tokio::test]
async fn a_write_that_needs_an_item_is_refused_once() {
    stand::run(async |stand| {
        let billed = Billed::on(stand);
        let client = &billed.client;
        let mut guest = expired(stand, 1, 10).await;
        let update = Guest::update(1).add(|guest| guest.visits, 1_u32).client(client).await.unwrap_err();
        assert_eq!(
            (update.kind(), update.old::<Guest>().unwrap(), update.attribute()),
            (ErrorKind::NotFound, None, None)
        );
        billed.costs("update", REFUSED);
        let modify = guest.modify().set(|guest| guest.visits, 9_u32).client(client).await.unwrap_err();
        assert_eq!((modify.kind(), modify.old::<Guest>().unwrap()), (ErrorKind::NotFound, None));
        billed.costs("modify", REFUSED);
        let old = guest.clone();
        guest.visits = 8;
        assert_eq!(guest.update_from(&old).client(client).await.unwrap_err().kind(), ErrorKind::NotFound);
        billed.costs("update_from", REFUSED);
        let save = guest.save().client(client).await.unwrap_err();
        assert_eq!((save.kind(), save.old::<Guest>().unwrap()), (ErrorKind::VersionConflict, None));
        billed.costs("versioned save", REFUSED);
        let delete = Guest::delete_by_key(1).when(|guest| guest.visits.gt(5_u32)).client(client).await.unwrap_err();
        assert_eq!((delete.kind(), delete.old::<Guest>().unwrap()), (ErrorKind::ConditionFailed, None));
        billed.costs("conditional delete", REFUSED);
        for write in [0, 1] {
            let update = Guest::update(1).set(|guest| guest.visits, 1_u32);
            let together = match write {
                0 => singlet::transact_write().write(update),
                _ => singlet::transact_write().write(guest.save()),
            };
            let error = together.client(client).await.unwrap_err();
            assert_eq!(error.kind(), [ErrorKind::NotFound, ErrorKind::VersionConflict][write]);
            assert_eq!(error.cancelled()[0].old::<Guest>().unwrap(), None);
            billed.costs("in a transaction", REFUSED);
        }
        assert_eq!(stand.stored("guests_cost").await.len(), 1);
    })
    .await;
}

/// A condition that may hold without an item is judged by the service.
#[tokio::test]
async fn a_write_that_may_do_without_an_item_is_judged_without_one() {
    stand::run(async |stand| {
        let billed = Billed::on(stand);
        expired(stand, 1, 10).await;
        let absent = Guest::delete_by_key(1).when(|guest| guest.note.not_exists() | guest.visits.gt(5_u32));
        absent.client(&billed.client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("guests_cost").await.len()), (3, 0));
        expired(stand, 2, 10).await;
        let raw = singlet::RawExpression::new("attribute_not_exists(note)");
        Guest::delete_by_key(2).when_raw(raw).client(&billed.client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("guests_cost").await.len()), (3, 0));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_over_an_expired_item_is_two_requests() {
    super::run(async |stand, billed| {
        for (id, bytes, units) in [(1, 900, 1.0), (2, 39_000, 39.0)] {
            expired(stand, id, bytes).await;
            let mut item = stand.only_item("guests_cost").await;
            item.insert("stray".into(), n(5));
            stand.put_raw("guests_cost", item).await;
            let guest = Guest::upsert(id).add(|guest| guest.visits, 1_u32).client(&billed.client).await.unwrap();
            let expires_at = Some(TTLAttribute::from_epoch_seconds(stand.clock.now() + 1_800));
            assert_eq!(guest, Guest { id, visits: 1, note: None, version: 1, expires_at });
            billed.costs("upsert", Bill { refused: 1, ..bill(0.0, units, 2) });
            assert_eq!(stand.only_item("guests_cost").await, guest.to_item().unwrap());
            stand.advance(1_801);
            let old = Guest::upsert(id).set(|guest| guest.note, "new").when(|guest| guest.visits.not_exists());
            assert_eq!(old.client(&billed.client).return_old().await.unwrap(), None);
            assert_eq!(billed.take().requests, 2);
            stand.advance(1_801);
            let refused = Guest::upsert(id).set(|guest| guest.note, "new").when(|guest| guest.note.eq("new"));
            assert!(refused.client(&billed.client).await.unwrap_err().is_condition_failed());
            billed.costs("upsert that is refused", REFUSED);
            Guest::delete_by_key(id).await.unwrap();
        }
    })
    .await;
}

/// The same guest, whose note has another name now.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "guests_cost", config = hidden)]
struct Renamed {
    #[model(hash_key)]
    id: u32,
    #[model(alias = "note")]
    remark: Option<String>,
    expires_at: Option<TTLAttribute>,
}

#[tokio::test]
async fn an_upsert_over_an_expired_item_removes_former_names() {
    stand::run(async |stand| {
        let billed = Billed::on(stand);
        for remark in [Some("new"), None] {
            expired(stand, 1, 10).await;
            let upsert = Renamed::upsert(1).set_or_remove(|guest| guest.remark, remark);
            let guest = upsert.client(&billed.client).await.unwrap();
            assert_eq!((guest.remark.as_deref(), billed.take().requests), (remark, 2));
            assert_eq!(stand.only_item("guests_cost").await, guest.to_item().unwrap());
            Guest::delete_by_key(1).await.unwrap();
        }
    })
    .await;
}
