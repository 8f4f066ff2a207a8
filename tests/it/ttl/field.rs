//! Time to live, on the clock of the stand.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, TimeToLiveSpecification};
use singlet::{ErrorKind, ExpiresIn, Model, TTLAttribute, Table, TtlStatus};

use crate::shop::{Customer, CustomerId, Session, Shop, customer, session};
use crate::stand::{self, START, Stand, item, n, s};

fn at(seconds_from_start: i64) -> TTLAttribute {
    TTLAttribute::from_epoch_seconds(START + seconds_from_start)
}

#[tokio::test]
async fn now_is_the_clock_of_the_task() {
    stand::run(async |stand| {
        assert_eq!(ExpiresIn::seconds(5), at(5));
        stand.advance(10);
        assert_eq!(ExpiresIn::minutes(1), at(70));
        assert_eq!(ExpiresIn::hours(1), at(10 + 3_600));
        assert_eq!(ExpiresIn::days(1), at(10 + 86_400));
        assert_eq!(ExpiresIn::weeks(1), at(10 + 604_800));
    })
    .await;
}

#[test]
fn an_overflow_is_the_latest_expiry() {
    for ttl in [ExpiresIn::seconds(u64::MAX), ExpiresIn::weeks(u64::MAX), ExpiresIn::days(u64::MAX / 86_400)] {
        assert_eq!(ttl, TTLAttribute::MAX);
    }
    assert_eq!(TTLAttribute::from_epoch_seconds(i64::MAX), TTLAttribute::MAX);
}

#[tokio::test]
async fn exactly_now_is_expired() {
    stand::run(async |stand| {
        let live = session("t", ExpiresIn::seconds(1));
        assert!(!live.is_expired());
        assert_eq!(live.expires_in(), Some(Duration::from_secs(1)));
        stand.advance(1);
        assert!(live.is_expired());
        assert_eq!(live.expires_in(), None);
        stand.advance(1);
        assert!(live.is_expired());
    })
    .await;
}

#[test]
fn an_absent_ttl_is_never_expired() {
    let eternal = session("t", None);
    assert!(!eternal.is_expired());
    assert_eq!(eternal.expires_in(), None);
}

#[tokio::test]
async fn whole_epoch_seconds_are_stored() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let time = time::OffsetDateTime::from_unix_timestamp(START).unwrap() + time::Duration::milliseconds(1_999);
        let mut saved = session("t", TTLAttribute::from(time));
        saved.save().await.unwrap();
        assert_eq!(stand.only_item("shop").await["expires_at"], n(START + 1));
        let read = Session::get("t").await.unwrap().unwrap().expires_at.unwrap();
        assert_eq!(time::OffsetDateTime::from(read).unix_timestamp(), START + 1);
    })
    .await;
}

fn stored_session(expires_at: Option<AttributeValue>) -> singlet::Item {
    let mut stored = item([("pk", s("SESSION#t")), ("sk", s("SESSION")), ("token", s("t")), ("_type", s("Session"))]);
    stored.extend(expires_at.map(|value| ("expires_at".to_owned(), value)));
    stored
}

#[test]
fn absent_and_null_read_as_none_and_fractions_are_cut() {
    let read = |value| Session::from_item(&stored_session(value)).unwrap().expires_at;
    assert_eq!(read(None), None);
    assert_eq!(read(Some(AttributeValue::Null(true))), None);
    assert_eq!(read(Some(n("4000000000.9"))), Some(at(0)));
    assert_eq!(read(Some(n("4e9"))), Some(at(0)));
}

#[test]
fn a_ttl_of_another_type_is_an_error() {
    let error = Session::from_item(&stored_session(Some(s("4000000000")))).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("expires_at")));
}

/// A table with one session that expires after ten seconds.
async fn ten_seconds(stand: &Stand) -> Session {
    Shop::create_table().await.unwrap();
    let mut saved = session("t", ExpiresIn::seconds(10));
    saved.save().await.unwrap();
    assert_eq!(stand.stored("shop").await.len(), 1);
    saved
}

#[tokio::test]
async fn extend_sets_the_expiry_there_and_here() {
    stand::run(async |stand| {
        let mut live = ten_seconds(stand).await;
        stand.advance(9);
        live.extend_ttl(ExpiresIn::seconds(10)).await.unwrap();
        assert_eq!(live.expires_at, Some(at(19)));
        assert_eq!(Session::get("t").await.unwrap(), Some(live.clone()));
        // It sets, also to an earlier time.
        live.extend_ttl(at(12)).await.unwrap();
        assert_eq!(stand.only_item("shop").await["expires_at"], n(START + 12));
    })
    .await;
}

#[tokio::test]
async fn extend_leaves_other_attributes_alone() {
    stand::run(async |stand| {
        let mut live = ten_seconds(stand).await;
        let mut stored = stand.only_item("shop").await;
        stored.insert("unknown".into(), s("kept"));
        stand.put_raw("shop", stored.clone()).await;
        live.extend_ttl(at(20)).await.unwrap();
        stored.insert("expires_at".into(), n(START + 20));
        assert_eq!(stand.only_item("shop").await, stored);
    })
    .await;
}

#[tokio::test]
async fn extend_on_a_missing_item_is_not_found_and_leaves_no_ghost() {
    stand::run(async |stand| {
        let live = ten_seconds(stand).await;
        live.delete().await.unwrap();
        let mut gone = live.clone();
        for error in
            [gone.extend_ttl(at(99)).await.unwrap_err(), gone.set_ttl(at(99)).skip_hooks(true).await.unwrap_err()]
        {
            assert_eq!((error.kind(), error.model()), (ErrorKind::NotFound, Some("Session")));
        }
        assert_eq!(gone, live, "a failed update changes nothing here");
        assert_eq!(stand.stored("shop").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn extend_on_an_expired_item_is_expired() {
    stand::run(async |stand| {
        let live = ten_seconds(stand).await;
        stand.advance(10);
        let mut expired = live.clone();
        let error = expired.extend_ttl(at(99)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Expired, Some("shop")));
        assert_eq!(expired, live);
        assert_eq!(stand.only_item("shop").await["expires_at"], n(START + 10));
        expired.set_ttl(at(99)).await.unwrap();
        assert_eq!(expired.expires_at, Some(at(99)));
        assert_eq!(stand.only_item("shop").await["expires_at"], n(START + 99));
    })
    .await;
}

#[tokio::test]
async fn the_stored_expiry_decides_not_the_local_one() {
    stand::run(async |stand| {
        let mut stale = ten_seconds(stand).await;
        session("t", at(1_000)).save().await.unwrap();
        stand.advance(100);
        assert!(stale.is_expired());
        stale.extend_ttl(at(2_000)).await.unwrap();
        assert!(!stale.is_expired());
    })
    .await;
}

#[tokio::test]
async fn extend_gives_an_item_without_expiry_one() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut eternal = session("t", None);
        eternal.save().await.unwrap();
        eternal.extend_ttl(at(5)).await.unwrap();
        assert_eq!(stand.only_item("shop").await["expires_at"], n(START + 5));
    })
    .await;
}

#[tokio::test]
async fn another_entity_under_the_key_is_not_extended() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let foreign = item([("pk", s("SESSION#t")), ("sk", s("SESSION")), ("_type", s("Robot"))]);
        stand.put_raw("shop", foreign.clone()).await;
        let error = session("t", at(5)).extend_ttl(at(9)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongEntity);
        assert_eq!(stand.only_item("shop").await, foreign);
    })
    .await;
}

#[tokio::test]
async fn an_expired_item_is_read_until_it_is_deleted() {
    stand::run(async |stand| {
        let saved = ten_seconds(stand).await;
        stand.advance(10);
        assert_eq!(Session::get("t").await.unwrap(), Some(saved.clone()));
        assert_eq!(Session::query("t").await.unwrap(), [saved]);
    })
    .await;
}

#[tokio::test]
async fn create_replaces_an_expired_item_only() {
    stand::run(async |stand| {
        ten_seconds(stand).await;
        let mut second = session("t", at(100));
        stand.advance(9);
        assert!(second.create().await.unwrap_err().is_condition_failed());
        stand.advance(1);
        second.create().await.unwrap();
        assert_eq!(Session::get("t").await.unwrap(), Some(second));
    })
    .await;
}

#[tokio::test]
async fn create_does_not_replace_an_item_without_expiry() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for expires_at in [None, Some(AttributeValue::Null(true))] {
            stand.put_raw("shop", stored_session(expires_at)).await;
            let mut second = session("t", at(100));
            assert!(second.create().await.unwrap_err().is_condition_failed());
        }
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "tokens")]
struct Token {
    #[model(hash_key)]
    pk: String,
    #[model(rename = "valid_until")]
    expires_at: TTLAttribute,
}

#[tokio::test]
async fn create_table_enables_the_ttl() {
    stand::run(async |stand| {
        for (table, attribute) in [("shop", "expires_at"), ("tokens", "valid_until")] {
            if table == "shop" {
                Shop::create_table().await.unwrap();
            } else {
                Token::create_table().await.unwrap();
            }
            let described = stand.client.sdk().describe_time_to_live().table_name(table).send().await.unwrap();
            let description = described.time_to_live_description.unwrap();
            assert_eq!(description.attribute_name.as_deref(), Some(attribute));
        }
        assert_eq!(Token::enable_ttl().wait(Duration::from_secs(5)).await.unwrap(), TtlStatus::Enabled);
        assert_eq!(Session::enable_ttl().wait(Duration::from_secs(5)).await.unwrap(), TtlStatus::Enabled);
    })
    .await;
}

#[tokio::test]
async fn ttl_on_another_attribute_is_a_conflict() {
    #[derive(Debug, Model)]
    #[model(table = "tokens")]
    struct Bare {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |stand| {
        Bare::create_table().await.unwrap();
        let other = TimeToLiveSpecification::builder().enabled(true).attribute_name("other").build().unwrap();
        let update = stand.client.sdk().update_time_to_live().table_name("tokens");
        update.time_to_live_specification(other).send().await.unwrap();
        let error = Token::enable_ttl().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::TtlConflict, Some("valid_until")));
        assert_eq!(Token::create_table().if_absent().await.unwrap_err().kind(), ErrorKind::TtlConflict);
        assert_eq!(Bare { pk: "a".into() }.pk, "a");
    })
    .await;
}

#[tokio::test]
async fn a_live_table_gets_its_ttl_enabled() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk")]
    struct WithoutTtl;

    stand::run(async |_| {
        WithoutTtl::create_table().await.unwrap();
        let status = Session::enable_ttl().wait(Duration::from_secs(5)).await.unwrap();
        assert_eq!(status, TtlStatus::Enabled);
        assert_eq!(Session::enable_ttl().table("absent").await.unwrap_err().kind(), ErrorKind::TableNotFound);
    })
    .await;
}

#[tokio::test]
async fn a_table_named_at_run_time_gets_its_ttl_enabled() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk")]
    struct WithoutTtl;

    stand::run(async |_| {
        WithoutTtl::create_table().await.unwrap();
        let enable = singlet::tables::enable_ttl("shop", "valid_until").wait(Duration::from_secs(5));
        assert_eq!(enable.await.unwrap(), TtlStatus::Enabled);
        let ttl = singlet::tables::describe("shop").await.unwrap().ttl;
        assert_eq!(ttl.attribute.as_deref(), Some("valid_until"));
        let error = singlet::tables::enable_ttl("shop", "expires_at").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::TtlConflict, Some("expires_at")));
    })
    .await;
}

/// A server deletes by its own clock.
#[tokio::test]
async fn a_sweep_of_the_embedded_stand_deletes_what_expired() {
    let clock = singlet::ManualClock::at(START);
    let client = singlet::Client::embedded_with_clock(clock.clone());
    singlet::with_client(client.clone(), async {
        Shop::create_table().await.unwrap();
        session("short", at(10)).save().await.unwrap();
        session("long", at(1_000)).save().await.unwrap();
        customer("c-1").save().await.unwrap();
        assert_eq!(client.sweep_expired().await.unwrap(), 0);
        clock.advance(Duration::from_secs(100));
        assert_eq!(client.sweep_expired().await.unwrap(), 1);
        assert_eq!(Session::get("short").await.unwrap(), None);
        assert!(Session::exists("long").await.unwrap() && Customer::exists(CustomerId("c-1".into())).await.unwrap());
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "offers")]
struct Offer {
    #[model(hash_key)]
    id: u32,
    /// When it ends is data. The item outlives it.
    ends_at: Option<TTLAttribute>,
    #[model(ttl_attribute)]
    expires_at: Option<TTLAttribute>,
}

#[tokio::test]
async fn a_marked_field_expires_the_item_without_a_default() {
    stand::run(async |stand| {
        Offer::create_table().await.unwrap();
        assert_eq!(Offer::SCHEMA.ttl, Some("expires_at"));
        let mut offer = Offer { id: 1, ends_at: Some(ExpiresIn::seconds(5)), expires_at: None };
        offer.save().await.unwrap();
        assert_eq!(offer.expires_at, None);
        stand.advance(10);
        assert!(!Offer::get(1).await.unwrap().unwrap().is_expired());
        offer.expires_at = Some(ExpiresIn::seconds(5));
        offer.save().await.unwrap();
        stand.advance(10);
        assert!(Offer::get(1).await.unwrap().unwrap().is_expired());
    })
    .await;
}
