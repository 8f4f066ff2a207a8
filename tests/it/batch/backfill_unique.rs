//! A backfill of unique values: each has one sentinel afterwards, and those of former values are free.

use std::sync::{Arc, Mutex};

use singlet::{ErrorKind, Model, Observer, Operation, RequestEvent, Table};

use super::backfill::{Customer, ITEMS, Member, Shop, fill};
use crate::stand::{self, Stand, item, s};

/// The table has no entity attribute, and no literal text begins the keys.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    id: String,
    #[model(unique)]
    mail: Option<String>,
}

fn user(id: &str, mail: &str) -> User {
    User { id: id.to_owned(), mail: Some(mail.to_owned()) }
}

async fn sentinels(stand: &Stand) -> usize {
    stand.stored("users").await.iter().filter(|item| item.contains_key("owner")).count()
}

fn corrected(user: &mut User) {
    user.mail = match &*user.id {
        "twin" => Some("twin@x.y".to_owned()),
        "gone" => None,
        _ => user.mail.as_ref().map(|mail| mail.to_lowercase()),
    };
}

#[tokio::test]
async fn sentinels_follow_the_values() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        for (id, mail) in [("upper", "A@X.y"), ("lower", "b@x.y"), ("gone", "c@x.y")] {
            user(id, mail).create().await.unwrap();
        }
        // They had these values before the values were unique. One belongs to another item.
        for (id, mail) in [("old", "D@x.y"), ("twin", "b@x.y")] {
            stand.put_raw("users", item([("id", s(id)), ("mail", s(mail))])).await;
        }
        let report = User::backfill().change(corrected).await.unwrap();
        // Sentinels are none of the items.
        assert!(report.is_complete && report.failures.is_empty(), "{report:?}");
        assert_eq!((report.progress.read, report.progress.changed), (5, 4));
        assert_eq!(sentinels(stand).await, 4);
        for taken in ["a@x.y", "b@x.y", "d@x.y", "twin@x.y"] {
            let error = user("new", taken).create().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotUnique, "{taken}");
        }
        for free in ["A@X.y", "c@x.y", "D@x.y"] {
            user(free, free).create().await.unwrap();
        }
    })
    .await;
}

#[derive(Clone, Default)]
struct Operations(Arc<Mutex<Vec<Operation>>>);

impl Observer for Operations {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push(event.operation);
    }
}

#[tokio::test]
async fn observers_see_a_backfill_as_one_operation() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let operations = Operations::default();
        let client = stand.observed(operations.clone());
        Customer::backfill().client(&client).await.unwrap();
        Member::backfill().client(&client).await.unwrap();
        let seen = operations.0.lock().unwrap();
        assert!(seen.len() > 2 * ITEMS as usize);
        assert!(seen.iter().all(|operation| *operation == Operation::Backfill), "{seen:?}");
    })
    .await;
}
