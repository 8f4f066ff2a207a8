//! The table of operations that [`every_operation`](super) tests.

use std::pin::Pin;
use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity::Indexes;
use singlet::{Client, Model, ModelConfig, RequestPlan, Result, TTLAttribute, Table};

use crate::stand::START;

#[derive(Table)]
#[table(name = "deeds", hash_key = "pk", range_key = "sk", entity = "_type", ttl = "expires_at")]
pub(super) struct Deeds;

#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED")]
pub(super) struct Deed {
    pub(super) id: u32,
    pub(super) points: u64,
    pub(super) expires_at: Option<TTLAttribute>,
}

/// Another entity under the same keys.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED")]
struct Foreign {
    id: u32,
    points: u64,
    expires_at: Option<TTLAttribute>,
}

/// The same entity, with a field that a [`Deed`] cannot be read into.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED", entity_name = "Deed")]
struct Misread {
    id: u32,
    points: String,
    expires_at: Option<TTLAttribute>,
}

fn no_time() -> ModelConfig {
    ModelConfig::new("deeds").ttl(Duration::ZERO)
}

/// Its ttl is refused before anything is sent.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED", config = no_time)]
struct Hasty {
    id: u32,
    points: u64,
    expires_at: Option<TTLAttribute>,
}

/// Its saves keep the stored expiry, which they have to read.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED", ttl = "1h", refresh_ttl = false)]
struct Kept {
    id: u32,
    points: u64,
}

/// Its writes have to know which value they release.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED")]
struct Unique {
    id: u32,
    #[model(unique)]
    points: u64,
}

/// Its writes demand the version that the value was read with.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED")]
struct Versioned {
    id: u32,
    points: u64,
    #[model(version)]
    version: u64,
}

pub(super) type Detailed = fn(Client) -> Pin<Box<dyn Future<Output = Result<(singlet::Cost, u32)>>>>;

pub(super) type Run = fn(Client) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// One operation on the stored deed 1, or on the absent deed 2.
pub(super) struct Operation {
    pub(super) name: &'static str,
    /// How many items it writes or returns.
    pub(super) items: usize,
    pub(super) run: Run,
    pub(super) explain: Option<fn(Client) -> Result<RequestPlan>>,
    /// The operation with a `customize` that asks for the capacity of indexes.
    pub(super) customized: Option<Run>,
    /// The capacity units and attempts that the operation reports about itself.
    pub(super) detailed: Option<Detailed>,
    /// Whether it returns the stored item, so that the observer is told if it cannot.
    pub(super) returns: bool,
}

macro_rules! operation {
    ($name:literal, $items:literal, |$client:ident, $value:ident: $make:ident| $operation:expr $(, $more:ident)*) => {
        Operation {
            $($more: operation!(@$more, $client, $value, $make, $operation),)*
            ..Operation {
                name: $name,
                items: $items,
                run: |client| Box::pin(async move {
                    #[allow(unused_mut, unused_variables, reason = "not every operation has a value")]
                    let (mut $value, $client) = ($make(), &client);
                    $operation.await.map(drop)
                }),
                explain: None,
                customized: None,
                detailed: None,
                returns: false,
            }
        }
    };
    (@explain, $client:ident, $value:ident, $make:ident, $operation:expr) => {
        Some(|client| {
            #[allow(unused_mut, unused_variables, reason = "not every operation has a value")]
            let (mut $value, $client) = ($make(), &client);
            $operation.explain()
        })
    };
    (@customized, $client:ident, $value:ident, $make:ident, $operation:expr) => {
        Some(|client| Box::pin(async move {
            #[allow(unused_mut, unused_variables, reason = "not every operation has a value")]
            let (mut $value, $client) = ($make(), &client);
            $operation.customize(|request| request.return_consumed_capacity(Indexes)).await.map(drop)
        }))
    };
    (@detailed, $client:ident, $value:ident, $make:ident, $operation:expr) => {
        Some(|client| Box::pin(async move {
            #[allow(unused_mut, unused_variables, reason = "not every operation has a value")]
            let (mut $value, $client) = ($make(), &client);
            let response = $operation.detailed().await?;
            Ok((response.cost, response.attempts))
        }))
    };
    (@returns, $client:ident, $value:ident, $make:ident, $operation:expr) => {
        true
    };
}

/// The operations of a model with the fields of [`Deed`]; `$points` is another value than the stored one.
macro_rules! operations {
    ($model:ident, $points:expr) => {{
        fn stored() -> $model {
            $model { id: 1, points: Default::default(), expires_at: Some(TTLAttribute::from_epoch_seconds(START + 60)) }
        }
        fn absent() -> $model {
            $model { id: 2, ..stored() }
        }
        vec![
            operation!("save", 1, |c, v: stored| v.save().client(c), explain, detailed, customized),
            operation!("create", 1, |c, v: absent| v.create().client(c), explain, detailed, customized),
            operation!("save, old", 1, |c, v: stored| v.save().client(c).return_old(), explain, detailed, returns),
            operation!("delete", 1, |c, v: stored| v.delete().client(c), explain, detailed, customized),
            operation!("delete, old", 1, |c, v: stored| v.delete().client(c).return_old(), explain, detailed, returns),
            operation!(
                "delete_by_key",
                1,
                |c, v: stored| $model::delete_by_key(1).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "update",
                1,
                |c, v: stored| $model::update(1).set(|d| d.points, $points).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "update, old",
                1,
                |c, v: stored| $model::update(1).set(|d| d.points, $points).client(c).return_old(),
                explain,
                detailed,
                customized
            ),
            operation!(
                "update, nothing",
                1,
                |c, v: stored| $model::update(1).set(|d| d.points, $points).client(c).return_nothing(),
                explain,
                detailed,
                customized
            ),
            operation!(
                "upsert",
                1,
                |c, v: absent| $model::upsert(2).set(|d| d.points, $points).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "modify",
                1,
                |c, v: stored| v.modify().set(|d| d.points, $points).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "update_from",
                1,
                |c, v: stored| v.update_from(&$model { points: $points.into(), ..stored() }).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "extend_ttl",
                1,
                |c, v: stored| v.extend_ttl(TTLAttribute::from_epoch_seconds(START + 90)).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "set_ttl",
                1,
                |c, v: stored| v.set_ttl(TTLAttribute::from_epoch_seconds(START + 90)).client(c),
                explain,
                detailed,
                customized
            ),
            operation!("get", 1, |c, v: stored| $model::get(1).client(c), explain, detailed, customized, returns),
            operation!("get, absent", 0, |c, v: stored| $model::get(2).client(c), explain, detailed, customized),
            operation!("exists", 1, |c, v: stored| $model::exists(1).client(c), explain, detailed, customized),
            operation!("query", 1, |c, v: stored| $model::query(1).client(c), explain, detailed, customized, returns),
            operation!("query, first", 1, |c, v: stored| $model::query(1).client(c).first(), returns),
            operation!("query, page", 1, |c, v: stored| $model::query(1).client(c).page(), returns),
            operation!("query, count", 1, |c, v: stored| $model::query(1).client(c).count(), explain, detailed),
            operation!("scan", 1, |c, v: stored| $model::scan().client(c), explain, detailed, customized),
            operation!(
                "scan, segments",
                1,
                |c, v: stored| $model::scan().segments(3).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "statement",
                1,
                |c, v: stored| singlet::statement::<$model>("SELECT * FROM deeds").client(c),
                explain,
                detailed,
                customized,
                returns
            ),
            operation!(
                "batch_get",
                1,
                |c, v: stored| $model::batch_get([1, 2]).client(c),
                explain,
                detailed,
                customized,
                returns
            ),
            operation!(
                "transact_get",
                1,
                |c, v: stored| singlet::transact_get(($model::get(1), $model::get(2))).client(c),
                explain,
                detailed,
                customized,
                returns
            ),
            operation!(
                "batch_write",
                2,
                |c, v: stored| singlet::batch_write().put(&v).delete(&absent()).client(c),
                explain,
                detailed,
                customized
            ),
            operation!(
                "transact_write",
                2,
                |c, v: stored| singlet::transact_write().write(v.save()).write(absent().create()).token("t").client(c),
                explain,
                detailed,
                customized
            ),
        ]
    }};
}

/// Writes of a model of which a write may take more than one request.
macro_rules! writes {
    ($model:ident) => {{
        fn stored() -> $model {
            $model { id: 1, points: 7 }
        }
        fn absent() -> $model {
            $model { id: 2, points: 8 }
        }
        vec![
            operation!("save", 1, |c, v: stored| v.save().client(c), explain),
            operation!("save with a ttl", 1, |c, v: stored| v.save().ttl(Duration::from_secs(5)).client(c), explain),
            operation!("save, customized", 1, |c, v: stored| v.save().customize(|put| put).client(c), explain),
            operation!("create", 1, |c, v: absent| v.create().client(c), explain),
            operation!("delete", 1, |c, v: stored| v.delete().client(c), explain),
            operation!("update", 1, |c, v: stored| $model::update(1).set(|d| d.points, 9).client(c), explain),
            operation!("update_from", 1, |c, v: stored| v.update_from(&stored()).client(c), explain),
            operation!(
                "transaction",
                1,
                |c, v: stored| singlet::transact_write().write(v.save()).token("t").client(c),
                explain
            ),
            operation!(
                "long token",
                1,
                |c, v: stored| singlet::transact_write().write(v.save()).token("t".repeat(37)).client(c),
                explain
            ),
        ]
    }};
}

pub(super) fn of_deed() -> Vec<Operation> {
    operations!(Deed, 9_u64)
}

pub(super) fn of_foreign() -> Vec<Operation> {
    operations!(Foreign, 9_u64)
}

pub(super) fn of_misread() -> Vec<Operation> {
    operations!(Misread, "nine")
}

pub(super) fn of_hasty() -> Vec<Operation> {
    operations!(Hasty, 9_u64)
}

pub(super) fn of_versioned() -> Vec<Operation> {
    fn stored() -> Versioned {
        Versioned { id: 1, points: 7, version: 3 }
    }
    fn absent() -> Versioned {
        Versioned { id: 2, points: 8, version: 0 }
    }
    vec![
        operation!("save", 1, |c, v: stored| v.save().client(c)),
        operation!("save, new", 1, |c, v: absent| v.save().client(c)),
        operation!("create", 1, |c, v: absent| v.create().client(c)),
        operation!("update", 1, |c, v: stored| Versioned::update(1).set(|d| d.points, 9).client(c)),
        operation!("modify", 1, |c, v: stored| v.modify().add(|d| d.points, 9).client(c)),
        operation!("update_from", 1, |c, v: stored| v.update_from(&Versioned { points: 9, ..stored() }).client(c)),
        operation!("delete", 1, |c, v: stored| v.delete().client(c)),
        operation!("transaction", 1, |c, v: stored| singlet::transact_write().write(v.save()).client(c)),
    ]
}

pub(super) fn of_kept() -> Vec<Operation> {
    writes!(Kept)
}

pub(super) fn of_unique() -> Vec<Operation> {
    writes!(Unique)
}
