//! `backfill`: every stored item becomes what a save would store, whatever happens on the way.

use std::path::PathBuf;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Backfill, BackfillControl, Client, ErrorKind, Item, Model, TTLAttribute, Table};
use tokio::sync::Notify;

use crate::stand::{self, START, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type", ttl = "expires")]
#[table(index(name = "by_mail", hash_key = "mail_pk"))]
pub(super) struct Shop;

/// The program after the next step.
mod newer {
    use super::{Item, Model, Shop};

    fn nothing(_: &mut Item) {}

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Shop, hash_key = "C#{id}", range_key = "C", entity = "optional", schema = 2, upgrade(nothing))]
    pub(super) struct Customer {
        id: u32,
    }
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "C#{id}", range_key = "C", entity = "optional")]
#[model(index(by_mail, hash_key = "MAIL#{mail}"))]
pub(super) struct Customer {
    id: u32,
    mail: String,
    #[model(alias = "home")]
    address: Option<Address>,
    #[model(version, default)]
    version: u64,
    expires: Option<TTLAttribute>,
}

/// The same model once its mail addresses are unique.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "C#{id}", range_key = "C", entity = "optional", entity_name = "Customer")]
pub(super) struct Member {
    id: u32,
    #[model(unique)]
    mail: String,
}

pub(super) const ITEMS: u32 = 10;

pub(super) fn key(id: u32) -> String {
    format!("C#{id:010}")
}

/// An item of the first version of the program, with attributes that the model does not declare.
pub(super) fn old(id: u32) -> Item {
    let home = AttributeValue::M(item([("city", s("Oslo")), ("zip", s("0150"))]));
    let [pk, mail] = [("pk", s(&key(id))), ("mail", s(&format!("{id}@x.y")))];
    item([pk, ("sk", s("C")), ("id", n(id)), mail, ("home", home), ("note", s("kept"))])
}

/// An item of another model, which has no entity attribute either.
fn other() -> Item {
    item([("pk", s("D#1")), ("sk", s("D")), ("id", n(1)), ("mail", s("1@x.y"))])
}

pub(super) async fn fill(stand: &Stand) {
    for item in (0..ITEMS).map(old).chain([other()]) {
        stand.put_raw("shop", item).await;
    }
}

/// A file that no other test uses.
pub(super) fn checkpoint_file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("singlet-backfill-{name}-{}", std::process::id()))
}

/// A client whose request of this number hangs, and the notice of it.
fn hanging_at(stand: &Stand, number: usize) -> (Client, Arc<Notify>) {
    let notify = Arc::new(Notify::new());
    let hung = notify.clone();
    let transport = Transport::new(move |sent, _| {
        if sent < number {
            return Fate::Pass;
        }
        hung.notify_one();
        Fate::Hang
    });
    (stand.through(&transport), notify)
}

/// Where a backfill keeps its checkpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    File,
    Item,
}

/// Kills the backfill at each of its requests in turn, also at those of its checkpoint, and lets a second run complete it.
async fn survives_kills<M: Model>(name: &str, backfill: fn() -> Backfill<'static, M>, check: fn(&[Item])) {
    for place in [Place::File, Place::Item] {
        survives_kills_with(place, name, backfill, check).await;
    }
}

async fn survives_kills_with<M: Model>(
    place: Place,
    name: &str,
    backfill: fn() -> Backfill<'static, M>,
    check: fn(&[Item]),
) {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let file = checkpoint_file(name);
        let configured = || {
            let backfill = backfill().segments(2).page_size(3).concurrency(2);
            match place {
                Place::File => backfill.checkpoint(&file),
                Place::Item => backfill.checkpoint_item(name),
            }
        };
        for number in 0.. {
            for item in stand.stored("shop").await {
                let key = item.into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
                stand.client.sdk().delete_item().table_name("shop").set_key(Some(key)).send().await.unwrap();
            }
            fill(stand).await;
            let (client, hung) = hanging_at(stand, number);
            let killed = tokio::select! {
                report = configured().client(&client).into_future() => { report.unwrap(); false }
                () = hung.notified() => true,
            };
            if killed {
                let report = configured().await.unwrap();
                assert!(report.is_complete && report.failures.is_empty(), "{name} {number}: {report:?}");
                // A page that was read twice counts once.
                assert_eq!(report.progress.read, ITEMS as usize, "{name} {number}");
            }
            let stored = stand.stored("shop").await;
            let is_left = file.exists() || stored.iter().any(|item| item["sk"] == s("BACKFILL"));
            assert!(!is_left, "{name} {number}: the checkpoint remains in {place:?}");
            check(&stored);
            assert!(stored.contains(&other()), "{name} {number}: the item of another model has changed");
            let again = backfill().await.unwrap();
            assert_eq!((again.progress.read, again.progress.changed), (ITEMS as usize, 0), "{name} {number}");
            if !killed {
                break;
            }
        }
    })
    .await;
}

pub(super) fn customers(items: &[Item]) -> Vec<&Item> {
    let customers: Vec<_> = items.iter().filter(|item| item["sk"] == s("C")).collect();
    assert_eq!(customers.len(), ITEMS as usize);
    for customer in &customers {
        // The attribute has its current name, with what the model does not declare.
        let address = AttributeValue::M(item([("city", s("Oslo")), ("zip", s("0150"))]));
        assert_eq!(customer.get("note"), Some(&s("kept")));
        assert_eq!((customer.get("address"), customer.get("home")), (Some(&address), None));
    }
    customers
}

#[tokio::test]
async fn an_index_and_an_entity_attribute_are_added() {
    survives_kills("index", Customer::backfill, |items| {
        for customer in customers(items) {
            let mail = customer["mail"].as_s().unwrap();
            assert_eq!(customer.get("mail_pk"), Some(&s(&format!("MAIL#{mail}"))));
            assert_eq!((customer.get("_type"), customer.get("expires")), (Some(&s("Customer")), None));
        }
    })
    .await;
}

#[tokio::test]
async fn a_version_is_added() {
    let backfill = || Customer::backfill().change(|customer| customer.version = customer.version.max(1));
    survives_kills("version", backfill, |items| {
        assert!(customers(items).iter().all(|customer| customer["version"] == n(1)));
    })
    .await;
}

#[tokio::test]
async fn a_ttl_is_added() {
    let backfill = || {
        Customer::backfill().change(|customer| {
            customer.expires.get_or_insert_with(|| TTLAttribute::from_epoch_seconds(START + 500));
        })
    };
    survives_kills("ttl", backfill, |items| {
        assert!(customers(items).iter().all(|customer| customer["expires"] == n(START + 500)));
    })
    .await;
}

#[tokio::test]
async fn a_unique_value_is_added() {
    survives_kills("unique", Member::backfill, |items| {
        let owners = items.iter().filter(|item| item.contains_key("owner")).count();
        assert_eq!(owners, ITEMS as usize);
    })
    .await;
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        stand.put_raw("shop", old(77).into_iter().chain(item([("mail", s("3@x.y"))])).collect()).await;
        let report = Member::backfill().await.unwrap();
        let [failure] = &report.failures[..] else { panic!("{report:?}") };
        assert_eq!((failure.error.kind(), report.progress.failed), (ErrorKind::NotUnique, 1));
        let error = Member { id: 50, mail: "4@x.y".into() }.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotUnique);
    })
    .await;
}

#[tokio::test]
async fn a_concurrent_change_is_never_overwritten() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        stand.put_raw("shop", old(1)).await;
        let past = stand.client.clone();
        // Another writer changes the item between the scan and the update; its change decides about the index key.
        let transport = Transport::new(move |_, sent| {
            if sent.operation != "UpdateItem" || sent.body.contains("new@x.y") {
                return Fate::Pass;
            }
            let newer: Item = old(1).into_iter().chain(item([("mail", s("new@x.y"))])).collect();
            let put = past.sdk().put_item().table_name("shop").set_item(Some(newer));
            Fate::PassAfter(Box::pin(async move { drop(put.send().await.unwrap()) }))
        });
        let report = Customer::backfill().client(&stand.through(&transport)).await.unwrap();
        assert_eq!((report.progress.changed, report.progress.retried), (1, 1));
        let stored = stand.only_item("shop").await;
        assert_eq!((&stored["mail"], &stored["mail_pk"]), (&s("new@x.y"), &s("MAIL#new@x.y")));

        // An item that was deleted stays deleted.
        stand.put_raw("shop", old(1)).await;
        let past = stand.client.clone();
        let transport = Transport::new(move |_, sent| match &*sent.operation {
            "UpdateItem" => {
                let delete = past.sdk().delete_item().table_name("shop").key("pk", s(&key(1))).key("sk", s("C"));
                Fate::PassAfter(Box::pin(async move { drop(delete.send().await.unwrap()) }))
            }
            _ => Fate::Pass,
        });
        let report = Customer::backfill().client(&stand.through(&transport)).await.unwrap();
        assert_eq!((report.progress.changed, report.progress.deleted), (0, 1));
        assert!(stand.stored("shop").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_tells_what_would_change_and_writes_nothing() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let before = stand.stored("shop").await;
        let recording = Transport::recording();
        let report = Customer::backfill().dry_run().client(&stand.through(&recording)).await.unwrap();
        assert!(recording.sent().iter().all(|sent| sent.operation == "Scan"));
        assert_eq!(stand.stored("shop").await.len(), before.len());
        assert_eq!(report.progress.changed, ITEMS as usize);
        let names: Vec<_> = report.samples[0].differences.iter().map(|difference| &*difference.attribute).collect();
        assert_eq!(names, ["_type", "address", "home", "mail_pk", "version"]);
        let shown = format!("{report:?}");
        assert!(!shown.contains("Oslo") && !shown.contains("C#"), "{shown}");
        let both = Customer::backfill().dry_run().checkpoint(checkpoint_file("dry")).await.unwrap_err();
        assert_eq!(both.kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_of_something_else_is_refused() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let file = checkpoint_file("other");
        let control = BackfillControl::new();
        let stop = control.clone();
        let stopped = Customer::backfill().segments(2).page_size(2).checkpoint(&file).controlled_by(&control);
        let report = stopped
            .progress(move |progress| {
                if progress.read > 0 {
                    stop.stop();
                }
            })
            .await
            .unwrap();
        assert!(!report.is_complete && report.progress.read > 0);
        for (error, backfill) in [
            ("another schema", newer::Customer::backfill().checkpoint(&file).into_future()),
            ("another table or model", Member::backfill().checkpoint(&file).into_future()),
            ("has 2 segments", Customer::backfill().segments(3).checkpoint(&file).into_future()),
        ] {
            let refused = backfill.await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Input);
            assert!(refused.to_string().contains(error), "{refused}");
        }
        std::fs::write(&file, "{}").unwrap();
        assert_eq!(Customer::backfill().checkpoint(&file).await.unwrap_err().kind(), ErrorKind::Input);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(Customer::backfill().segments(0).await.unwrap_err().kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn a_table_is_changed_as_attributes_at_a_rate() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let rename = |item: &mut Item| {
            if let Some(note) = item.remove("note") {
                item.insert("comment".into(), note);
            }
        };
        let report = Shop::backfill().change(rename).segments(3).max_capacity_per_second(1e6).await.unwrap();
        let all = ITEMS as usize + 1;
        assert_eq!((report.progress.read, report.progress.changed), (all, all - 1));
        assert!(report.cost.write >= 10.0 && report.cost.read > 0.0, "{report:?}");
        let stored = stand.stored("shop").await;
        assert_eq!(stored.iter().filter(|item| item.get("comment") == Some(&s("kept"))).count(), all - 1);
        // A key is never changed, and one failure does not keep the others.
        let report = Shop::backfill().change(|item| drop(item.insert("sk".into(), s("X")))).await.unwrap();
        assert_eq!((report.failures.len(), report.failures[0].error.kind()), (all, ErrorKind::InvalidKey));
    })
    .await;
}
