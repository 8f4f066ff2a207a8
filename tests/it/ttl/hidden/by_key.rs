//! Reads by key.

use singlet::{ErrorKind, Model, Operation, Table};

use super::{Mark, Trace, Trail, at, raw, trace, trail};
use crate::stand::{self, START, n, s};

#[tokio::test]
async fn get_and_exists_find_nothing() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        assert_eq!(Trace::get(("t", 2)).client(&client).await.unwrap(), None);
        assert_eq!(told.expired(), 1);
        assert!(!Trace::exists(("t", 2)).client(&client).await.unwrap());
        assert_eq!(told.expired(), 1);
        assert_eq!(Trace::get(("t", 3)).client(&client).await.unwrap(), Some(trace(3)));
        assert!(Trace::exists(("t", 3)).client(&client).await.unwrap());
        assert_eq!(told.expired(), 0);
        assert_eq!(stand.stored("trail").await.len(), 20, "DynamoDB has deleted nothing");
    })
    .await;
}

#[tokio::test]
async fn the_second_of_the_expiry_is_the_first_without_the_item() {
    stand::run(async |stand| {
        Trail::create_table().await.unwrap();
        trace(0).save().await.unwrap();
        stand.advance(9);
        assert!(Trace::exists(("t", 0)).await.unwrap());
        stand.advance(1);
        assert_eq!((Trace::get(("t", 0)).await.unwrap(), Trace::exists(("t", 0)).await.unwrap()), (None, false));
    })
    .await;
}

#[tokio::test]
async fn a_model_that_does_not_hide_still_reads_what_has_expired() {
    stand::run(async |stand| {
        Trail::create_table().await.unwrap();
        let mut mark = Mark { team: "t".into(), id: 1, state: "open".into(), expires_at: Some(at(5)) };
        mark.save().await.unwrap();
        stand.advance(5);
        assert_eq!(Mark::get(("t", 1)).await.unwrap(), Some(mark));
        assert!(Mark::exists(("t", 1)).await.unwrap());
        assert_eq!((Mark::query("t").count().await.unwrap(), Mark::scan().await.unwrap().len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_number_never_expires_for_counts_either() {
    stand::run(async |stand| {
        Trail::create_table().await.unwrap();
        stand.put_raw("trail", raw(0, None)).await;
        stand.put_raw("trail", raw(1, Some(aws_sdk_dynamodb::types::AttributeValue::Null(true)))).await;
        stand.put_raw("trail", raw(2, Some(s("1")))).await;
        stand.put_raw("trail", raw(3, Some(n(format!("{START}.9"))))).await;
        stand.put_raw("trail", raw(4, Some(n(START + 1)))).await;
        // A text is not an expiry; that it does not fit the model's field is another matter.
        assert_eq!(Trace::get(("t", 2)).await.unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Trace::get(("t", 3)).await.unwrap(), None, "fractions are cut");
        let keys = Trace::query("t").keys().await.unwrap();
        assert_eq!((keys.len(), Trace::query("t").count().await.unwrap()), (4, 4));
        assert_eq!(Trace::scan().count().await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn writes_and_reads_agree_on_fractions() {
    stand::run(async |stand| {
        Trail::create_table().await.unwrap();
        for (id, digits) in [format!("{START}.9"), format!("{}.1", START + 1)].into_iter().enumerate() {
            let id = u32::try_from(id).unwrap();
            stand.put_raw("trail", raw(id, Some(n(digits)))).await;
            let is_hidden = Trace::get(("t", id)).await.unwrap().is_none();
            assert_eq!(is_hidden, id == 0);
            let created = trace(id).create().await;
            assert_eq!(created.is_ok(), is_hidden, "{id}: {created:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_has_expired_need_not_fit_the_model() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let mut broken = raw(0, Some(n(START)));
        broken.insert("title".into(), n(1));
        stand.put_raw("trail", broken).await;
        assert_eq!(Trace::get(("t", 0)).client(&client).await.unwrap(), None);
        assert_eq!(Trace::query("t").client(&client).await.unwrap().len(), 5);
        assert_eq!(Trace::batch_get([("t", 0)]).client(&client).await.unwrap(), [None]);
        assert_eq!(singlet::transact_get(Trace::get(("t", 0))).client(&client).await.unwrap(), None);
        assert_eq!(told.expired(), 1 + 15 + 1 + 1);
    })
    .await;
}

#[tokio::test]
async fn batch_get_has_holes() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let found = Trace::batch_get((0..20).chain([2, 3]).map(|id| ("t", id))).client(&client).await.unwrap();
        let live: Vec<usize> = (0..found.len()).filter(|&place| found[place].is_some()).collect();
        assert_eq!(live, [3, 7, 11, 15, 19, 21]);
        assert_eq!(found[21], Some(trace(3)));
        // The second asker of 2 is told too.
        assert_eq!(told.expired(), 15 + 1);
        assert_eq!(told.sent(), [Operation::BatchGet]);
    })
    .await;
}

#[tokio::test]
async fn read_together_has_holes() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let reads = (Trace::get(("t", 2)), vec![Trace::get(("t", 3)), Trace::get(("t", 4))]);
        let found = singlet::transact_get(reads).client(&client).await.unwrap();
        assert_eq!(found, (None, vec![Some(trace(3)), None]));
        assert_eq!(told.expired(), 2);
    })
    .await;
}
