//! A read never fails because of its refresh.

use singlet::{Client, ErrorKind, Model, Operation, Table};

use super::{Lazy, Recorder, Site, Visit, from, stored, visits};
use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport, error_body};

/// A client that may not update, and the requests reported to its observer.
fn forbidden(stand: &Stand, code: &'static str) -> (Client, Recorder) {
    let transport = Transport::new(move |_, sent| match sent.operation.as_str() {
        "UpdateItem" => Fate::Answer(400, error_body(code)),
        _ => Fate::Pass,
    });
    let recorder = Recorder::default();
    (stand.through(&transport).with_observer(recorder.clone()), recorder)
}

#[tokio::test]
async fn a_get_reads_without_it() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(60);
        for (code, kind) in [
            ("AccessDeniedException", ErrorKind::Service),
            ("ProvisionedThroughputExceededException", ErrorKind::Throttled),
            ("TransactionConflictException", ErrorKind::TransactionConflict),
        ] {
            let (client, recorder) = forbidden(stand, code);
            let got = Visit::get(("u", 1)).client(&client).await.unwrap();
            assert_eq!(got.unwrap().expires_at, from(0));
            assert_eq!(recorder.take(), [(Operation::RefreshTtl, Some(kind)), (Operation::Get, None)]);
            assert_eq!(Visit::get(("u", 77)).client(&client).await.unwrap(), None);
        }
        assert_eq!(stored(stand, "VISIT#0001").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_lazy_get_and_a_batch_have_read_already() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        Lazy { user: "u".into(), id: 1, expires_at: None }.save().await.unwrap();
        stand.advance(60);
        let (client, recorder) = forbidden(stand, "AccessDeniedException");
        assert_eq!(Lazy::get(("u", 1)).client(&client).await.unwrap().unwrap().expires_at, from(0));
        assert_eq!(recorder.take(), [(Operation::Get, None), (Operation::RefreshTtl, Some(ErrorKind::Service))]);
        let found = Lazy::batch_get([("u", 1)]).client(&client).await.unwrap();
        assert_eq!(found[0].as_ref().unwrap().expires_at, from(0));
        assert_eq!(recorder.take(), [(Operation::BatchGet, None), (Operation::RefreshTtl, Some(ErrorKind::Service))]);
    })
    .await;
}

#[tokio::test]
async fn a_query_gives_what_is_stored() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(60);
        // One of five fails.
        let transport = Transport::new(|_, sent| {
            if sent.operation == "UpdateItem" && sent.body.contains("VISIT#0002") {
                Fate::Answer(400, error_body("AccessDeniedException"))
            } else {
                Fate::Pass
            }
        });
        let recorder = Recorder::default();
        let client = stand.through(&transport).with_observer(recorder.clone());
        let found = Visit::query("u").client(&client).await.unwrap();
        let expected = [60, 60, 0, 60, 60].map(from);
        assert_eq!(found.iter().map(|visit| visit.expires_at).collect::<Vec<_>>(), expected);
        let failed = recorder.take().into_iter().filter(|(_, error)| error.is_some()).collect::<Vec<_>>();
        assert_eq!(failed, [(Operation::RefreshTtl, Some(ErrorKind::Service))]);
    })
    .await;
}
