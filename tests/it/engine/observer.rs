//! What the observer of a client is told about each request.

use std::sync::{Arc, Mutex};

use singlet::{ErrorKind, ExpiresIn, Model, Observer, Operation, RequestEvent, Table};

use crate::shop::{Customer, Order, Session, Shop, customer, order, session};
use crate::stand;
use crate::transport::{Fate, Transport, error_body};

#[derive(Debug, Clone, PartialEq)]
struct Heard {
    model: Option<&'static str>,
    operation: Operation,
    table: String,
    read: f64,
    write: f64,
    refused: f64,
    attempts: u32,
    items: usize,
    error: Option<ErrorKind>,
}

const NOTHING: (f64, f64) = (0.0, 0.0);

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<Heard>>>);

impl Observer for Events {
    fn request(&self, event: &RequestEvent<'_>) {
        assert_eq!(event.index, None);
        assert!(!format!("{event:?}").contains("S3CRET"));
        self.0.lock().unwrap().push(Heard {
            model: event.model,
            operation: event.operation,
            table: event.table.to_owned(),
            read: event.cost.read,
            write: event.cost.write,
            refused: event.cost.refused,
            attempts: event.attempts,
            items: event.items,
            error: event.error,
        });
    }
}

impl Events {
    /// The one event since the last call.
    fn take(&self) -> Heard {
        let mut heard = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(heard.len(), 1, "{heard:?}");
        heard.remove(0)
    }
}

fn heard(model: &'static str, operation: Operation, (read, write): (f64, f64)) -> Heard {
    Heard {
        model: Some(model),
        operation,
        table: "shop".into(),
        read,
        write,
        refused: 0.0,
        attempts: 1,
        items: 0,
        error: None,
    }
}

#[tokio::test]
async fn every_request_is_told() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let events = Events::default();
        let client = stand.observed(events.clone());
        let mut saved = order("S3CRET", 1);
        saved.save().client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Order", Operation::Save, (0.0, 1.0)) });
        saved.create().client(&client).await.unwrap_err();
        let refused = Heard {
            refused: 1.0,
            error: Some(ErrorKind::ConditionFailed),
            ..heard("Order", Operation::Create, NOTHING)
        };
        assert_eq!(events.take(), refused);
        Order::get(("S3CRET", 1)).client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Order", Operation::Get, (0.5, 0.0)) });
        Order::get(("S3CRET", 2)).consistent().client(&client).await.unwrap();
        assert_eq!(events.take(), heard("Order", Operation::Get, (1.0, 0.0)));
        Order::exists(("S3CRET", 1)).client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Order", Operation::Exists, (0.5, 0.0)) });
        Order::query("S3CRET").client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Order", Operation::Query, (0.5, 0.0)) });
        saved.delete().client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Order", Operation::Delete, (0.0, 1.0)) });

        let orders: Vec<_> = (0..3).map(|id| order("S3CRET", id)).collect();
        singlet::batch_write().put_all(&orders).client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { model: None, items: 3, ..heard("", Operation::BatchWrite, (0.0, 3.0)) });
        let mut live = session("S3CRET", ExpiresIn::hours(1));
        live.save().await.unwrap();
        live.extend_ttl(ExpiresIn::hours(2)).client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Session", Operation::ExtendTtl, (0.0, 1.0)) });
        live.set_ttl(ExpiresIn::hours(3)).client(&client).await.unwrap();
        assert_eq!(events.take(), Heard { items: 1, ..heard("Session", Operation::SetTtl, (0.0, 1.0)) });
        assert!(Session::exists("S3CRET").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn each_page_of_a_query_is_a_request() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let orders: Vec<_> = (0..5).map(|id| order("c-1", id)).collect();
        singlet::batch_write().put_all(&orders).await.unwrap();
        let events = Events::default();
        Order::query("c-1").page_size(2).client(&stand.observed(events.clone())).await.unwrap();
        let items: Vec<_> = events.0.lock().unwrap().iter().map(|heard| heard.items).collect();
        assert_eq!(items, [2, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_told_with_its_kind() {
    stand::run(async |stand| {
        let events = Events::default();
        let client = stand.observed(events.clone());
        let failed = |operation| Heard { error: Some(ErrorKind::TableNotFound), ..heard("Order", operation, NOTHING) };
        order("c-1", 1).save().client(&client).await.unwrap_err();
        assert_eq!(events.take(), failed(Operation::Save));
        Order::get(("c-1", 1)).client(&client).await.unwrap_err();
        assert_eq!(events.take(), failed(Operation::Get));
        Order::query("c-1").client(&client).await.unwrap_err();
        assert_eq!(events.take(), failed(Operation::Query));
        Shop::create_table().await.unwrap();

        let mut foreign = customer("c-1").to_item().unwrap();
        foreign.insert("_type".into(), stand::s("Robot"));
        stand.put_raw("shop", foreign).await;
        Customer::get("c-1").client(&client).await.unwrap_err();
        assert_eq!(events.take().error, Some(ErrorKind::WrongEntity));
        Order::get(("", 1_000_000)).client(&client).await.unwrap_err();
        assert_eq!(events.0.lock().unwrap().len(), 0, "nothing was sent");
    })
    .await;
}

#[tokio::test]
async fn attempts_are_counted() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|number, _| match number {
            0 | 1 => Fate::Answer(500, error_body("InternalServerError")),
            2 => Fate::Pass,
            _ => Fate::Answer(400, error_body("ThrottlingException")),
        });
        let events = Events::default();
        let client = stand.through(&transport).with_observer(events.clone());
        order("c-1", 1).save().client(&client).await.unwrap();
        assert_eq!(events.take().attempts, 3);
        Order::exists(("c-1", 1)).client(&client).await.unwrap_err();
        let exhausted = events.take();
        assert_eq!((exhausted.attempts, exhausted.error), (4, Some(ErrorKind::Throttled)));
    })
    .await;
}
