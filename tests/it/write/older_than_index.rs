//! Updates of items that are older than an index of their model, so that they have none of its keys.

use singlet::{Item, Model, Table, Update};

use crate::stand::{self, Stand};

#[derive(Table)]
#[table(name = "desk", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key = "gsi3sk"))]
#[table(index(name = "gsi4", hash_key = "gsi4pk", range_key = "gsi4sk"))]
struct Desk;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "JOB#{id}", range_key = "JOB")]
// The other key is constant, and is the range key or the hash key.
#[model(index(gsi1, hash_key = "STATE#{state}", range_key = "JOB"))]
#[model(index(gsi2, hash_key = "JOBS", range_key = "{due:06}"))]
// The other key is made from the primary key, or from a field.
#[model(index(gsi3, hash_key = "OWNER#{owner}", range_key = "{id:04}"))]
#[model(index(gsi4, hash_key = "TEAM#{team}", range_key = "{rank:04}"))]
struct Job {
    id: u32,
    state: String,
    due: u32,
    owner: String,
    team: String,
    rank: u32,
}

fn job() -> Job {
    Job { id: 1, state: "open".into(), due: 7, owner: "ann".into(), team: "red".into(), rank: 3 }
}

fn keys_of(index: &str, item: &Item) -> Item {
    item.iter().filter(|(name, _)| name.starts_with(index)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Stores the item as a program did that knew no index.
async fn store_old(stand: &Stand) {
    let mut old = job().to_item().unwrap();
    old.retain(|name, _| !name.starts_with("gsi"));
    stand.put_raw("desk", old).await;
}

/// Makes a change with each kind of update.
macro_rules! changes {
    ($(($index:literal, $update:ident => $change:expr)),* $(,)?) => {[$((
        $index,
        (|$update| $change) as fn(Update<'static, Job>) -> Update<'static, Job>,
        (|$update| $change) as fn(Update<'_, Job, ()>) -> Update<'_, Job, ()>,
    )),*]};
}

#[tokio::test]
async fn an_update_writes_all_keys_that_it_knows_of_the_indexes_that_it_touches() {
    let changes = changes![
        ("gsi1", update => update.set(|job| job.state, "done")),
        ("gsi2", update => update.set(|job| job.due, 8)),
        ("gsi3", update => update.set(|job| job.owner, "bob")),
        ("gsi4", update => update.set(|job| job.team, "blue").set(|job| job.rank, 4)),
        ("gsi4", update => update.set(|job| job.team, "blue").assume(|job| job.rank, 3)),
    ];
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        for (n, (touched, change, change_local)) in changes.into_iter().enumerate() {
            for way in 0..3 {
                store_old(stand).await;
                let mut local = job();
                match way {
                    0 => local = change(Job::update(1)).await.unwrap(),
                    1 => {
                        change_local(local.modify()).await.unwrap();
                    }
                    _ => {
                        singlet::transact_write().write(change(Job::update(1)).return_nothing()).await.unwrap();
                        local = Job::get(1).await.unwrap().unwrap();
                    }
                }
                let (stored, whole) = (stand.only_item("desk").await, local.to_item().unwrap());
                for index in ["gsi1", "gsi2", "gsi3", "gsi4"] {
                    let expected = if index == touched { keys_of(index, &whole) } else { Item::new() };
                    assert_eq!(keys_of(index, &stored), expected, "change {n}, way {way}, {index}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_save_lets_an_item_enter_all_indexes() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        store_old(stand).await;
        // The rank is not known here, and the update demands none of the items that have the key.
        Job::update(1).set(|job| job.team, "blue").await.unwrap();
        assert_eq!(keys_of("gsi4", &stand.only_item("desk").await).len(), 1);
        let mut job = Job::get(1).await.unwrap().unwrap();
        job.save().await.unwrap();
        assert_eq!(stand.only_item("desk").await, job.to_item().unwrap());
    })
    .await;
}
