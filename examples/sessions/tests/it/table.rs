//! The table, and the items that DynamoDB stores.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::TimeToLiveStatus;
use reqwest::StatusCode;
use serde_json::json;
use sessions_app::session::{Ephemera, Session};
use sessions_app::{seed, server};
use singlet::{ErrorKind, Observer, RequestEvent, Table};

use crate::emulator::{Feature, supports};
use crate::stand::{self, START, json, status};

#[tokio::test]
async fn the_table_is_created_once_with_its_time_to_live_enabled() {
    stand::on_no_table(async |stand| {
        assert_eq!(json(stand.get("/health")).await.0, StatusCode::SERVICE_UNAVAILABLE);
        for _ in 0..2 {
            server::prepare(&stand.client).await.unwrap();
        }
        assert_eq!(json(stand.get("/health")).await, (StatusCode::OK, json!({ "status": "ok" })));
        let ttl = stand.client.sdk().describe_time_to_live().table_name("ephemera").send().await.unwrap();
        let ttl = ttl.time_to_live_description().unwrap();
        assert_eq!(ttl.attribute_name(), Some("expires_at"));
        assert!(matches!(ttl.time_to_live_status(), Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)));
        assert!(Ephemera::verify_table().await.unwrap().into_result().is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_table_of_another_kind_is_refused() {
    #[derive(Table)]
    #[table(name = "ephemera", hash_key = "id")]
    struct Other;

    stand::on_no_table(async |stand| {
        Other::create_table().await.unwrap();
        let error = server::prepare(&stand.client).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::TableMismatch, Some("ephemera")));
        assert_eq!(status(stand.get("/sessions")).await, StatusCode::INTERNAL_SERVER_ERROR);
    })
    .await;
}

/// The README shows this item.
#[tokio::test]
async fn an_item_is_what_the_readme_says() {
    stand::run(async |stand| {
        let session = stand.session(30).await;
        let items = stand.client.sdk().scan().table_name("ephemera").send().await.unwrap().items.unwrap();
        let token = session["token"].as_str().unwrap();
        let item: serde_json::Map<_, _> = items[0]
            .iter()
            .map(|(name, value)| {
                let text = value.as_s().map(|text| json!({ "S": text }));
                (name.clone(), text.unwrap_or_else(|_| json!({ "N": value.as_n().unwrap() })))
            })
            .collect();
        let expected = json!({
            "pk": { "S": format!("SESSION#{token}") },
            "_type": { "S": "Session" },
            "list": { "S": "SESSIONS" },
            "token": { "S": token },
            "user_name": { "S": "Ada" },
            "memory_fragment": { "S": "rain" },
            "created_at": { "S": "2096-10-02T07:06:40.000000000Z" },
            "ttl_seconds": { "N": "30" },
            "expires_at": { "N": (START + 30).to_string() },
        });
        assert_eq!(serde_json::Value::from(item), expected);
    })
    .await;
}

/// Adds up what is consumed.
#[derive(Clone, Default)]
struct Bill(Arc<Mutex<f64>>);

impl Observer for Bill {
    fn request(&self, event: &RequestEvent<'_>) {
        *self.0.lock().unwrap() += event.cost.read + event.cost.write;
    }
}

impl Bill {
    fn take(&self) -> f64 {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// The README says so too.
#[tokio::test]
async fn what_is_done_costs_two_write_units_and_a_list_half_a_read_unit_per_4_kb() {
    stand::run(async |stand| {
        let bill = Bill::default();
        let costs = |units: f64, what: &str| {
            let consumed = bill.take();
            assert!((consumed - units).abs() < 0.01, "{what}: {consumed}");
        };
        singlet::with_client(stand.client.clone().with_observer(bill.clone()), async {
            let session = Session::open("Ada".into(), "rain".into(), None).await.unwrap();
            costs(2.0, "create");
            Session::find(session.token).await.unwrap().unwrap();
            costs(1.0, "get");
            // What does not change costs nothing in an index.
            stand.advance(1);
            Session::extend(session.token, None).await.unwrap().unwrap();
            costs(1.0 + 2.0, "extend, after a get");
            Session::live().await.unwrap();
            costs(0.5, "a list of one");
            assert!(Session::end(session.token).await.unwrap());
            costs(2.0, "delete");
            seed::write(&stand.client, 40, |_| 300).await.unwrap();
            assert_eq!(Session::live().await.unwrap().len(), 40);
            if supports(Feature::ReadCapacity) {
                costs(1.5, "a list of 40");
            }
        })
        .await;
    })
    .await;
}
