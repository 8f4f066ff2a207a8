//! The optional last part of a range key: every write keeps the key right, and a range selects what a filter selects.

use singlet::{Collection, Error, ErrorKind, Item, Model, Query, Table};

use crate::stand::{self, Stand, s};

#[derive(Table)]
#[table(name = "tasks", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key("gsi3a", "gsi3b")))]
struct Tasks;

/// In `gsi1` if it has an owner, in `gsi2` if it is open, in `gsi3` in any case: with and without `due` and `note`.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tasks, hash_key = "TASK#{id}", range_key = "TASK")]
#[model(index(gsi1, hash_key = "OWNER#{owner}", range_key = "STATE#{state}#{due?:06}"))]
#[model(index(gsi2, hash_key = "OPEN", range_key = "NOTE#{note?}", when = Task::is_open(state)))]
#[model(index(gsi3, hash_key = "ALL", range_key("{state}", "DUE#{due?}")))]
struct Task {
    id: u32,
    owner: Option<String>,
    state: String,
    due: Option<u32>,
    note: Option<String>,
}

impl Task {
    fn is_open(state: &str) -> bool {
        state == "open"
    }
}

const KEYS: [&str; 7] = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "gsi3pk", "gsi3a", "gsi3b"];

fn task(due: Option<u32>) -> Task {
    let note = due.map(|due| format!("note {due}"));
    Task { id: 1, owner: Some("ann".into()), state: "open".into(), due, note }
}

/// The item that a save of the stored value stores is the stored item.
async fn checked(stand: &Stand, write: &str) -> Task {
    let stored = stand.only_item("tasks").await;
    let value = Task::from_item(&stored).unwrap();
    let saved = value.to_item().unwrap();
    for key in KEYS {
        assert_eq!(stored.get(key), saved.get(key), "{key} after {write}");
    }
    assert_eq!(stored, saved, "after {write}");
    value
}

fn keys(item: &Item) -> Vec<(&str, &str)> {
    KEYS.iter().filter_map(|key| Some((*key, item.get(*key)?.as_s().unwrap().as_str()))).collect()
}

#[tokio::test]
async fn without_a_value_a_key_ends_after_the_separator() {
    stand::run(async |stand| {
        Tasks::create_table().await.unwrap();
        task(None).save().await.unwrap();
        let stored = stand.only_item("tasks").await;
        let fixed = [("gsi1pk", "OWNER#ann"), ("gsi2pk", "OPEN"), ("gsi3pk", "ALL"), ("gsi3a", "open")];
        let own = [("gsi1sk", "STATE#open#"), ("gsi2sk", "NOTE#"), ("gsi3b", "DUE#")];
        for key in fixed.into_iter().chain(own) {
            assert!(keys(&stored).contains(&key), "{key:?} in {stored:?}");
        }
        task(Some(7)).save().await.unwrap();
        let stored = stand.only_item("tasks").await;
        let own = [("gsi1sk", "STATE#open#000007"), ("gsi2sk", "NOTE#note%207"), ("gsi3b", "DUE#0000000007")];
        for key in fixed.into_iter().chain(own) {
            assert!(keys(&stored).contains(&key), "{key:?} in {stored:?}");
        }
    })
    .await;
}

/// Runs each write on an item with a value and on one without.
macro_rules! each_write {
    ($stand:ident, $task:ident: $($name:literal => $write:expr;)+) => {$(
        for due in [None, Some(7)] {
            task(due).save().await.unwrap();
            #[allow(unused_mut, unused_variables, reason = "some writes take only the key")]
            let mut $task = task(due);
            $write.await.unwrap();
            checked($stand, $name).await;
        }
    )+};
}

#[tokio::test]
async fn after_each_write_the_item_has_the_keys_that_a_save_gives_it() {
    stand::run(async |stand| {
        Tasks::create_table().await.unwrap();
        each_write! { stand, task:
            "save" => task.save();
            "put in a batch" => singlet::batch_write().put(&task);
            "save in a transaction" => singlet::transact_write().write(task.clone().save());
            "set" => task.modify().set(|t| t.due, 9).set(|t| t.note, "new");
            "set to what it is" => task.modify().set(|t| t.due, 7);
            "remove" => task.modify().remove(|t| t.due).remove(|t| t.note);
            "set or remove, with a value" => task.modify().set_or_remove(|t| t.due, Some(9));
            "set or remove, without" => task.modify().set_or_remove(|t| t.due, None::<u32>);
            "set if some, with a value" => task.modify().set_if_some(|t| t.due, Some(9));
            "set if some, without" => task.modify().set_if_some(|t| t.due, None::<u32>).set(|t| t.state, "x");
            "add" => task.modify().add(|t| t.due, 5);
            "add by key" => Task::update(1).add(|t| t.due, 5).assume(|t| t.state, "open").assume(|t| t.owner, "ann");
            "another part" => task.modify().set(|t| t.state, "x");
            "another part, and the value" => task.modify().set(|t| t.state, "x").set(|t| t.due, 1);
            "another part, without the value" => task.modify().set(|t| t.state, "x").remove(|t| t.due);
            "leave the index" => task.modify().remove(|t| t.owner);
            "leave the index without the value" => task.modify().remove(|t| t.owner).remove(|t| t.due);
            "leave by when" => task.modify().set(|t| t.state, "done").remove(|t| t.note);
            "all parts by key" => Task::update(1)
                .set(|t| t.owner, "bob").set(|t| t.state, "open").remove(|t| t.due).set(|t| t.note, "n");
            "assume another part" => Task::update(1)
                .remove(|t| t.due).assume(|t| t.state, "open").assume(|t| t.owner, "ann");
            "assume the value" => {
                let update = Task::update(1).set(|t| t.state, "x").assume(|t| t.owner, "ann");
                match (task.due, task.note.as_deref()) {
                    (Some(due), Some(note)) => update.assume(|t| t.due, due).assume(|t| t.note, note),
                    _ => update.assume_absent(|t| t.due).assume_absent(|t| t.note),
                }
            };
            "on condition" => task.modify().remove(|t| t.due).when(|t| t.state.eq("open"));
            "in a transaction" => singlet::transact_write().write(task.modify().remove(|t| t.due));
            "upsert" => Task::upsert(1)
                .set(|t| t.owner, "bob").set(|t| t.state, "open").set(|t| t.due, 3).remove(|t| t.note);
            "upsert without" => Task::upsert(1)
                .set(|t| t.owner, "bob").set(|t| t.state, "open").remove(|t| t.due).remove(|t| t.note);
            "update from" => async {
                let mut new = task.clone();
                new.due = task.due.map_or(Some(3), |_| None);
                new.update_from(&task).await
            };
        }
        // And back into an index.
        for due in [None, Some(7)] {
            Task { owner: None, state: "done".into(), ..task(due) }.save().await.unwrap();
            let mut task = Task::get(1).await.unwrap().unwrap();
            task.modify().set(|t| t.owner, "ann").set(|t| t.state, "open").await.unwrap();
            checked(stand, "enter the indexes").await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_upsert_creates_an_item_with_the_short_key() {
    stand::run(async |stand| {
        Tasks::create_table().await.unwrap();
        let upsert = || Task::upsert(1).set(|t| t.owner, "bob").set(|t| t.state, "open");
        let error = upsert().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("due")), "{error}");
        upsert().assume_absent(|t| t.due).assume_absent(|t| t.note).await.unwrap();
        assert_eq!(checked(stand, "upsert").await.due, None);
        task(Some(7)).save().await.unwrap();
        let error = upsert().assume_absent(|t| t.due).assume_absent(|t| t.note).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    })
    .await;
}

#[tokio::test]
async fn an_update_without_the_other_parts_is_refused() {
    stand::run(async |stand| {
        Tasks::create_table().await.unwrap();
        task(Some(7)).save().await.unwrap();
        for (error, attribute) in [
            (Task::update(1).remove(|t| t.due).await.unwrap_err(), "owner"),
            (Task::update(1).set(|t| t.due, 1).await.unwrap_err(), "owner"),
            (Task::update(1).remove(|t| t.due).assume(|t| t.owner, "ann").await.unwrap_err(), "state"),
            (Task::update(1).set(|t| t.state, "x").assume(|t| t.owner, "ann").await.unwrap_err(), "due"),
        ] {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)), "{error}");
        }
        // A wrong assumption fails, and changes nothing.
        let error = Task::update(1).set(|t| t.state, "x").assume(|t| t.owner, "ann").assume_absent(|t| t.due);
        let error = error.assume_absent(|t| t.note).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("due")), "{error}");
        assert_eq!(checked(stand, "refused updates").await, task(Some(7)));
    })
    .await;
}

#[tokio::test]
async fn an_empty_value_is_refused_with_its_field() {
    stand::run(async |_| {
        Tasks::create_table().await.unwrap();
        let empty = Task { note: Some(String::new()), ..task(None) };
        let query = Task::index(Tasks::GSI2).query(());
        for error in [
            empty.to_item().unwrap_err(),
            empty.clone().save().await.unwrap_err(),
            singlet::batch_write().put(&empty).await.unwrap_err(),
            task(None).modify().set(|t| t.note, "").await.unwrap_err(),
            query.eq("").await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Task")), "{error}");
            assert!(error.to_string().contains("`note`"), "{error}");
        }
        assert!(Task::get(1).await.unwrap().is_none());
    })
    .await;
}

/// The states and values of the items that ranges are compared on. Escapes and longer texts sort near the separator.
const STATES: [&str; 5] = ["a", "a b", "a#", "aa", "b"];
const VALUES: [Option<u32>; 4] = [None, Some(0), Some(5), Some(9)];

async fn all() -> Vec<Task> {
    Tasks::create_table().await.unwrap();
    let pairs = STATES.iter().flat_map(|state| VALUES.map(|due| (*state, due)));
    let tasks: Vec<Task> = (1..)
        .zip(pairs)
        .map(|(id, (state, due))| Task {
            id,
            owner: Some("ann".into()),
            state: state.into(),
            due,
            note: due.map(|due| format!("{state}{due}")),
        })
        .collect();
    singlet::batch_write().put_all(&tasks).await.unwrap();
    tasks
}

/// The ids of what a query selects, in order.
macro_rules! ids {
    ($query:expr) => {
        async {
            let mut ids: Vec<u32> = $query.await?.into_iter().map(|task| task.id).collect();
            ids.sort_unstable();
            Ok::<_, Error>(ids)
        }
    };
}

#[tokio::test]
async fn a_range_of_the_part_selects_what_a_filter_selects() {
    stand::run(async |_| {
        let tasks = all().await;
        let filtered = |holds: &dyn Fn(&Task) -> bool| -> Vec<u32> {
            tasks.iter().filter(|task| holds(task)).map(|task| task.id).collect()
        };
        let query = || Task::index(Tasks::GSI1).query("ann");
        for state in STATES {
            let own = |task: &Task| task.state == state;
            // Items with and without the value are those of the parts before it.
            assert_eq!(ids!(query().eq(state)).await.unwrap(), filtered(&own));
            assert_eq!(ids!(query().eq((state, None))).await.unwrap(), filtered(&|t| own(t) && t.due.is_none()));
            for bound in [0, 5, 7, 9] {
                let is = |holds: fn(u32, u32) -> bool| {
                    filtered(&|task| own(task) && task.due.is_some_and(|due| holds(due, bound)))
                };
                let pair = (state, bound);
                assert_eq!(ids!(query().eq(pair)).await.unwrap(), is(|due, b| due == b), "{pair:?}");
                assert_eq!(ids!(query().eq(state).lt(pair)).await.unwrap(), is(|due, b| due < b), "{pair:?}");
                assert_eq!(ids!(query().lt(pair).eq(state)).await.unwrap(), is(|due, b| due < b), "{pair:?}");
                assert_eq!(ids!(query().eq(state).le(pair)).await.unwrap(), is(|due, b| due <= b), "{pair:?}");
                assert_eq!(ids!(query().eq(state).gt(pair)).await.unwrap(), is(|due, b| due > b), "{pair:?}");
                assert_eq!(ids!(query().eq(state).ge(pair)).await.unwrap(), is(|due, b| due >= b), "{pair:?}");
                let between = query().between((state, 5), pair);
                assert_eq!(ids!(between).await.unwrap(), is(|due, b| (5..=b).contains(&due)), "{pair:?}");
                // A lower bound also selects what comes after its leading parts, as without an optional part.
                let after = |task: &Task| task.state.as_str() > state;
                let from = filtered(&|task| after(task) || own(task) && task.due.is_some_and(|due| due >= bound));
                assert_eq!(ids!(query().ge(pair)).await.unwrap(), from, "{pair:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_range_with_a_gap_is_refused() {
    stand::run(async |_| {
        all().await;
        let query = || Task::index(Tasks::GSI1).query("ann");
        for refused in [query().lt(("aa", 5)), query().le(("aa", 5)), query().ge("a").lt(("aa", 5))] {
            let error = ids!(refused).await.unwrap_err();
            assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Task")), "{error}");
            assert!(error.to_string().contains("`eq`"), "{error}");
        }
        for refused in [query().lt(("a", None)), query().ge(("a", None)), query().between(("a", None), ("a", Some(5)))]
        {
            let error = ids!(refused).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidKey, "{error}");
            assert!(error.to_string().contains("`due`"), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_prefix_of_the_part_selects_items_with_a_value() {
    stand::run(async |_| {
        let mut tasks = all().await;
        for task in &mut tasks {
            task.modify().set(|t| t.state, "open").await.unwrap();
        }
        let query = || Task::index(Tasks::GSI2).query(());
        let with = |prefix: &str| -> Vec<u32> {
            let begins = |task: &&Task| task.note.as_deref().is_some_and(|note| note.starts_with(prefix));
            tasks.iter().filter(begins).map(|task| task.id).collect()
        };
        for prefix in ["", "a", "a ", "a#", "b", "x"] {
            assert_eq!(ids!(query().begins_with(prefix)).await.unwrap(), with(prefix), "{prefix}");
        }
        assert_eq!(ids!(query()).await.unwrap().len(), tasks.len());
        assert_eq!(ids!(query().eq(None)).await.unwrap().len(), STATES.len());
        assert_eq!(ids!(query().lt("a5")).await.unwrap(), {
            let less = |task: &&Task| task.note.as_deref().is_some_and(|note| note < "a5");
            tasks.iter().filter(less).map(|task| task.id).collect::<Vec<_>>()
        });
        // A value of the last attribute of several.
        let query = || Task::index(Tasks::GSI3).query(());
        assert_eq!(ids!(query().eq("open")).await.unwrap().len(), tasks.len());
        assert_eq!(ids!(query().eq(("open", None))).await.unwrap().len(), STATES.len());
        assert_eq!(ids!(query().lt(("open", 5))).await.unwrap().len(), STATES.len());
        // Pages continue after a short key.
        let mut read = Vec::new();
        let mut cursor = None;
        loop {
            let query = Task::index(Tasks::GSI1).query("ann").eq("open").limit(3);
            let page = match cursor.take() {
                Some(cursor) => query.cursor(cursor).page().await.unwrap(),
                None => query.page().await.unwrap(),
            };
            read.extend(page.items.iter().map(|task| task.id));
            match page.cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        read.sort_unstable();
        assert_eq!(read, tasks.iter().map(|task| task.id).collect::<Vec<_>>());
    })
    .await;
}

/// The table's own range key; `due` is stored in the key only, and `part` in both.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes", hash_key = "NOTE#{id}", range_key = "AT#{at?}")]
struct Note {
    #[model(key_only)]
    id: u32,
    #[model(key_only)]
    at: Option<String>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes", hash_key = "NOTE#{id}", range_key = "AT#{at?}")]
struct Stored {
    id: u32,
    at: Option<String>,
    text: String,
}

#[tokio::test]
async fn a_primary_key_may_end_early() {
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        let note = |at: Option<&str>| Note { id: 1, at: at.map(str::to_owned), text: "x".into() };
        note(None).create().await.unwrap();
        assert_eq!(stand.only_item("notes").await["sk"], s("AT#"));
        note(Some("b#")).create().await.unwrap();
        note(Some("c")).create().await.unwrap();
        assert_eq!(Note::get((1, None)).await.unwrap(), Some(note(None)));
        assert_eq!(Note::get((1, Some("b#".to_owned()))).await.unwrap(), Some(note(Some("b#"))));
        assert_eq!(Note::key_of((1, None)).unwrap().parts().unwrap(), (1, None));
        let at = async |query: Query<Note>| -> Vec<Option<String>> {
            query.await.unwrap().into_iter().map(|note| note.at).collect()
        };
        let some = |at: &str| Some(at.to_owned());
        assert_eq!(at(Note::query(1)).await, [None, some("b#"), some("c")]);
        assert_eq!(at(Note::query(1).lt("c")).await, [some("b#")]);
        assert_eq!(at(Note::query(1).eq(None)).await, [None]);
        let new = Note::update((1, None)).set(|n| n.text, "y").await.unwrap();
        assert_eq!((new.at, new.text.as_str()), (None, "y"));
        let error = note(Some("")).save().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::InvalidKey, Some("sk")), "{error}");
        assert!(error.to_string().contains("`at`"), "{error}");
        note(None).delete().await.unwrap();

        // An upsert creates the item from the key, and what is stored must fit the key.
        let new = Stored::upsert((7, None)).set(|n| n.text, "z").await.unwrap();
        assert_eq!(new, Stored { id: 7, at: None, text: "z".into() });
        let mut item = new.to_item().unwrap();
        assert_eq!(Stored::from_item(&item).unwrap(), new);
        item.insert("at".into(), s("b"));
        assert_eq!(Stored::from_item(&item).unwrap_err().kind(), ErrorKind::Decode);
        item.insert("sk".into(), s("AT#b"));
        assert_eq!(Stored::from_item(&item).unwrap().at, some("b"));
        item.remove("at");
        assert_eq!(Stored::from_item(&item).unwrap_err().kind(), ErrorKind::Decode);
    })
    .await;
}

#[test]
fn a_key_is_parsed_strictly() {
    for (text, at) in [("AT#", Some(None)), ("AT#b", Some(Some("b"))), ("AT#b%23", Some(Some("b#")))] {
        let item = Item::from([("pk".into(), s("NOTE#0000000001")), ("sk".into(), s(text)), ("text".into(), s("x"))]);
        let read = Note::from_item(&item).map(|note| note.at).ok();
        assert_eq!(read.as_ref().map(Option::as_deref), at, "{text}");
    }
    for text in ["AT", "AT##", "AT#b#", "AT# ", "AT#%2", ""] {
        let item = Item::from([("pk".into(), s("NOTE#0000000001")), ("sk".into(), s(text)), ("text".into(), s("x"))]);
        assert!(Note::from_item(&item).is_err(), "{text}");
    }
}

/// In two indexes that share the attribute, and in one that needs the value.
#[derive(Table)]
#[table(name = "shared", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "shared"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "shared"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key = "gsi3sk"))]
struct SharedKeys;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = SharedKeys, hash_key = "T#{id}", range_key = "AT#{at?:date}")]
#[model(index(gsi1, hash_key = "A#{a}", range_key = "D#{due?}"))]
#[model(index(gsi2, hash_key = "B#{b}", range_key = "D#{due?}"))]
#[model(index(gsi3, hash_key = "DUE#{due}", range_key = "AT#{at?}"))]
struct Shared {
    id: u32,
    at: Option<time::OffsetDateTime>,
    a: Option<String>,
    b: Option<String>,
    due: Option<i16>,
}

#[tokio::test]
async fn indexes_share_a_short_key() {
    stand::run(async |stand| {
        SharedKeys::create_table().await.unwrap();
        let check = async |write: &str| {
            let stored = stand.only_item("shared").await;
            assert_eq!(stored, Shared::from_item(&stored).unwrap().to_item().unwrap(), "after {write}");
        };
        let new = || Shared { id: 1, at: None, a: Some("a".into()), b: Some("b".into()), due: Some(-3) };
        let mut value = new();
        value.save().await.unwrap();
        value.modify().remove(|t| t.due).await.unwrap();
        check("remove").await;
        assert_eq!(stand.only_item("shared").await["shared"], s("D#"));
        value.modify().remove(|t| t.a).await.unwrap();
        check("leave the first").await;
        value.modify().set(|t| t.due, 5).await.unwrap();
        check("set").await;
        value.modify().remove(|t| t.b).await.unwrap();
        check("leave the second").await;
        value.modify().set(|t| t.a, "a").remove(|t| t.due).await.unwrap();
        check("enter the first").await;
        // The primary key says that `at` has no value.
        let update = Shared::update((1, None)).set(|t| t.due, 7).set(|t| t.a, "x").set(|t| t.b, "y");
        update.await.unwrap();
        check("by key").await;
        assert_eq!(stand.only_item("shared").await["gsi3sk"], s("AT#"));
        Shared::upsert((1, None)).set(|t| t.due, 8).set(|t| t.a, "x").set(|t| t.b, "y").await.unwrap();
        check("upsert").await;
    })
    .await;
}

/// All that an owner has.
#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
enum Owned {
    Task(Task),
}

#[tokio::test]
async fn every_way_to_read_returns_items_without_a_value() {
    stand::run(async |_| {
        let tasks = all().await;
        let mut expected = tasks.clone();
        expected.sort_by_key(|task| task.id);
        let by_id = |mut tasks: Vec<Task>| {
            tasks.sort_by_key(|task| task.id);
            tasks
        };
        let query = || Task::index(Tasks::GSI1).query("ann");
        let in_order = query().await.unwrap();
        assert_eq!(by_id(in_order.clone()), expected);
        assert_eq!(by_id(query().hydrate().await.unwrap()), expected);
        assert_eq!(by_id(Task::scan().await.unwrap()), expected);
        let owned = Owned::index(Tasks::GSI1).query("ann").await.unwrap();
        assert_eq!(owned.into_iter().map(|Owned::Task(task)| task).collect::<Vec<_>>(), in_order);

        // Each page ends at an item, with or without a value, from which the next one continues.
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let page = query().limit(1).cursor(cursor).page().await.unwrap();
            pages.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages, in_order);

        let ids = || expected.iter().map(|task| task.id);
        let got: Vec<Task> = Task::batch_get(ids()).await.unwrap().into_iter().flatten().collect();
        assert_eq!(got, expected);
        let gets: Vec<_> = ids().map(Task::get).collect();
        let got: Vec<Task> = singlet::transact_get(gets).await.unwrap().into_iter().flatten().collect();
        assert_eq!(got, expected);
    })
    .await;
}

#[tokio::test]
async fn a_backfill_gives_items_the_key_that_ends_early() {
    stand::run(async |stand| {
        Tasks::create_table().await.unwrap();
        for due in [None, Some(7)] {
            let mut old = task(due).to_item().unwrap();
            old.retain(|name, _| !KEYS.contains(&name.as_str()));
            stand.put_raw("tasks", old).await;
            Task::backfill().await.unwrap();
            assert_eq!(checked(stand, "backfill").await, task(due));
        }
    })
    .await;
}
