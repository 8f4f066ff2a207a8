//! Every feature of a model × every way to write: the table in the guide is what happens.

use std::future::Future;
use std::pin::Pin;

use singlet::{Error, ErrorKind, HookContext, Hooks, Item, Model, Result, TTLAttribute, Table};

use crate::stand::{self, START, Stand, item, n, s};

#[derive(Table)]
#[table(name = "ways", hash_key = "pk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "by_name", hash_key = "gsi1pk"))]
struct Ways;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ways, hash_key = "ITEM#{id}", entity_name = "Item", max_size = 500)]
#[model(index(by_name, hash_key = "NAME#{name}"))]
struct Plain {
    #[model(generated)]
    id: String,
    name: String,
    #[model(created_at)]
    created: Option<i64>,
    #[model(updated_at)]
    updated: Option<i64>,
    #[model(ttl = "1h")]
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ways, hash_key = "ITEM#{id}", entity_name = "Item")]
struct Versioned {
    id: String,
    name: String,
    #[model(version, default)]
    version: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ways, hash_key = "ITEM#{id}", entity_name = "Item")]
struct Unique {
    id: String,
    #[model(unique)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ways, hash_key = "ITEM#{id}", entity_name = "Item", hooks)]
struct Hooked {
    id: String,
    name: String,
}

impl Hooks for Hooked {
    async fn before_save(&mut self, _: &HookContext<'_>) -> Result<()> {
        Err(singlet::Error::hook("a hook ran"))
    }

    async fn before_update(_: singlet::Target<'_, Self>, _: &HookContext<'_>) -> Result<()> {
        Err(singlet::Error::hook("a hook ran"))
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ways, hash_key = "ITEM#{id}", entity_name = "Item")]
struct Validated {
    id: String,
    #[model(validate = not_refused)]
    name: String,
}

fn not_refused(name: &str) -> std::result::Result<(), &'static str> {
    if name == "refused" { Err("refused") } else { Ok(()) }
}

type Run = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Each way to write the name `name` of the item `id`, by its column in the guide.
struct Way {
    column: &'static str,
    run: fn(id: String, name: String) -> Run,
}

/// The ways to write a model; `$make` makes a value of an id and a name.
macro_rules! ways {
    ($model:ident, $make:expr) => {{
        fn value(id: String, name: String) -> $model {
            let make: fn(String, String) -> $model = $make;
            make(id, name)
        }
        fn old(id: String) -> $model {
            value(id, "old".into())
        }
        let way = |column, run| Way { column, run };
        vec![
            way("save", |id, name| Box::pin(async { value(id, name).save().await })),
            way("save", |id, name| {
                Box::pin(async { singlet::transact_write().write(value(id, name).save()).await })
            }),
            way("create", |id, name| Box::pin(async { value(id, name).create().await })),
            way("create", |id, name| {
                Box::pin(async { singlet::transact_write().write(value(id, name).create()).await })
            }),
            way("update", |id, name| Box::pin(async { $model::update(id).set(|m| m.name, name).await.map(drop) })),
            way("update", |id, name| {
                let update = $model::update(id).set(|m| m.name, name);
                Box::pin(async { singlet::transact_write().write(update).await })
            }),
            way("upsert", |id, name| Box::pin(async { $model::upsert(id).set(|m| m.name, name).await.map(drop) })),
            way("upsert", |id, name| {
                let upsert = $model::upsert(id).set(|m| m.name, name);
                Box::pin(async { singlet::transact_write().write(upsert).await })
            }),
            way("modify", |id, name| Box::pin(async { old(id).modify().set(|m| m.name, name).await })),
            way("modify", |id, name| {
                Box::pin(async { singlet::transact_write().write(old(id).modify().set(|m| m.name, name)).await })
            }),
            way("update_from", |id, name| {
                Box::pin(async { value(id.clone(), name).update_from(&old(id)).await })
            }),
            way("update_from", |id, name| {
                Box::pin(async {
                    let mut new = value(id.clone(), name);
                    singlet::transact_write().write(new.update_from(&old(id))).await
                })
            }),
            way("batch put", |id, name| Box::pin(async { singlet::batch_write().put(value(id, name)).await })),
            way("import", |id, name| {
                Box::pin(async move {
                    let line = format!(
                        r#"{{"Item": {{"pk": {{"S": "ITEM#{id}"}}, "id": {{"S": "{id}"}}, "name": {{"S": "{name}"}}}}}}"#
                    );
                    singlet::import("ways", line.as_bytes()).await.map(drop)
                })
            }),
        ]
    }};
}

fn plain() -> Vec<Way> {
    ways!(Plain, |id, name| Plain { id, name, created: None, updated: None, expires_at: None })
}

/// Without the transactions, which return nothing.
fn alone() -> Vec<Way> {
    let mut ways = plain();
    ways.dedup_by_key(|way| way.column);
    ways
}

fn versioned() -> Vec<Way> {
    ways!(Versioned, |id, name| Versioned { id, name, version: 1 })
}

fn new_version() -> Vec<Way> {
    ways!(Versioned, |id, name| Versioned { id, name, version: 0 })
}

fn unique() -> Vec<Way> {
    ways!(Unique, |id, name| Unique { id, name })
}

fn hooked() -> Vec<Way> {
    ways!(Hooked, |id, name| Hooked { id, name })
}

fn validated() -> Vec<Way> {
    ways!(Validated, |id, name| Validated { id, name })
}

/// What is stored before a write, and how to tell from what happened whether the feature is there.
struct Feature {
    row: &'static str,
    ways: fn() -> Vec<Way>,
    id: &'static str,
    name: fn() -> String,
    /// Whether the item exists before, for operations that create one.
    before: Before,
    holds: fn(&Result<()>, Option<&Item>) -> bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Nothing is stored, unless the operation needs an item.
    New,
    /// An item of the model with this version.
    Stored(u32),
    /// An item of another model.
    Foreign,
    /// Another item with the same name.
    Taken,
}

fn new() -> String {
    "new".into()
}

const FEATURES: [Feature; 15] = [
    Feature {
        row: "generates ids that are empty",
        ways: plain,
        id: "",
        name: new,
        before: Before::New,
        holds: |outcome, item| outcome.is_ok() && item.is_some_and(|item| item["id"].as_s().unwrap().len() == 36),
    },
    Feature {
        row: "sets `created_at` of a new item",
        ways: plain,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("created") == Some(&n(START * 1_000)),
    },
    Feature {
        row: "sets `updated_at`",
        ways: plain,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("updated") == Some(&n(START * 1_000)),
    },
    Feature {
        row: "counts the `version`",
        ways: new_version,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("version") == Some(&n(1)),
    },
    Feature {
        row: "checks the `version` of the value",
        ways: versioned,
        id: "a",
        name: new,
        before: Before::Stored(2),
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::VersionConflict),
    },
    Feature {
        row: "keeps `unique` values unique",
        ways: unique,
        id: "a",
        name: new,
        before: Before::Taken,
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotUnique),
    },
    Feature {
        row: "runs hooks",
        ways: hooked,
        id: "a",
        name: new,
        before: Before::New,
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Hook),
    },
    Feature {
        row: "runs validators",
        ways: validated,
        id: "a",
        name: || "refused".into(),
        before: Before::New,
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidValue),
    },
    Feature {
        row: "sets the default `ttl` of a new item",
        ways: plain,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("expires_at") == Some(&n(START + 3_600)),
    },
    Feature {
        row: "writes index keys",
        ways: plain,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("gsi1pk") == Some(&s("NAME#new")),
    },
    Feature {
        row: "writes the entity attribute",
        ways: plain,
        id: "a",
        name: new,
        before: Before::New,
        holds: |_, item| item.unwrap().get("_type") == Some(&s("Item")),
    },
    Feature {
        row: "leaves an item of another model alone",
        ways: plain,
        id: "a",
        name: new,
        before: Before::Foreign,
        holds: |outcome, item| {
            let is_refused = outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::WrongEntity);
            is_refused && item.unwrap()["_type"] == s("Other")
        },
    },
    Feature {
        row: "keeps attributes that the model does not declare",
        ways: plain,
        id: "a",
        name: new,
        before: Before::Stored(1),
        holds: |_, item| item.unwrap().contains_key("extra"),
    },
    Feature {
        row: "checks `max_size` before sending",
        ways: plain,
        id: "a",
        name: || "x".repeat(480),
        before: Before::New,
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| is_too_large(error, false)),
    },
    Feature {
        row: "checks `max_size` of the item that it returns",
        ways: alone,
        id: "a",
        name: || "x".repeat(480),
        before: Before::New,
        holds: |outcome, _| outcome.as_ref().is_err_and(|error| is_too_large(error, true)),
    },
];

fn is_too_large(error: &Error, is_written: bool) -> bool {
    (error.kind(), error.may_have_been_written()) == (ErrorKind::TooLarge, is_written)
}

/// The rows of the guide's table, each with the cells of its columns.
fn guide() -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    let text = include_str!("../../../src/docs/ways_to_write.md");
    let table = text.lines().skip_while(|line| !line.starts_with("| feature")).take_while(|line| line.starts_with('|'));
    let mut lines = table.map(cells);
    let columns = lines.next().unwrap().split_off(1);
    let rows = lines.skip(1).map(|mut row| (row.remove(0), row)).collect();
    (columns, rows)
}

/// The outcome of one way, in the words of the guide.
async fn observed(stand: &Stand, feature: &Feature, way: &Way) -> &'static str {
    for stored in stand.stored("ways").await {
        let delete = stand.client.sdk().delete_item().table_name("ways");
        delete.key("pk", stored["pk"].clone()).send().await.unwrap();
    }
    let needs_item = matches!(way.column, "update" | "modify" | "update_from");
    let mut stored = item([("pk", s("ITEM#a")), ("id", s("a")), ("name", s("old")), ("_type", s("Item"))]);
    match feature.before {
        Before::New if needs_item => stand.put_raw("ways", stored).await,
        Before::New => {}
        Before::Stored(version) => {
            stored.extend(item([("version", n(version)), ("extra", s("x"))]));
            stand.put_raw("ways", stored).await;
        }
        Before::Foreign => {
            stored.insert("_type".into(), s("Other"));
            stand.put_raw("ways", stored).await;
        }
        Before::Taken => {
            if needs_item {
                stand.put_raw("ways", stored).await;
            }
            Unique { id: "b".into(), name: "new".into() }.save().await.unwrap();
        }
    }
    let outcome = (way.run)(feature.id.to_owned(), (feature.name)()).await;
    let items = stand.stored("ways").await;
    let is_it = |item: &&Item| item.get("id").is_some_and(|id| *id != s("b"));
    let item = items.iter().find(is_it);
    if outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Validation) {
        assert!(item.is_none_or(|item| item["name"] == s("old")), "{}: {}", feature.row, way.column);
        return "refused";
    }
    if (feature.holds)(&outcome, item) { "yes" } else { "no" }
}

#[tokio::test]
async fn every_feature_and_every_way_to_write_is_as_the_guide_says() {
    let (columns, rows) = guide();
    assert_eq!(rows.len(), FEATURES.len());
    stand::run(async |stand| {
        Ways::create_table().await.unwrap();
        for feature in &FEATURES {
            let row = feature.row.replace('`', "");
            let (_, cells) = rows.iter().find(|(name, _)| *name == row).unwrap_or_else(|| panic!("no row `{row}`"));
            for way in (feature.ways)() {
                let column = columns.iter().position(|column| column == way.column).unwrap();
                if cells[column] != "–" {
                    let observed = observed(stand, feature, &way).await;
                    assert_eq!(observed, cells[column], "`{}` {row}", way.column);
                }
            }
        }
    })
    .await;
}
