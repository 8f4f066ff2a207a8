//! Indexes with `when`: after every write, an item has the keys that its fields and the condition say.

#![allow(clippy::trivially_copy_pass_by_ref, reason = "`when` passes references")]

use singlet::{Attribute, Error, ErrorKind, Model, Table};

use crate::stand::{self, Stand};

#[derive(Table)]
#[table(name = "tickets", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key = "gsi3sk"))]
struct Desk;

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
enum State {
    Open,
    Waiting,
    Done,
}

/// The first two indexes share `gsi1sk`, and depend on different fields.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TICKET#{id}", range_key = "TICKET")]
#[model(index(gsi1, hash_key = "OPEN", range_key = "{due:04}", when = Ticket::is_open(state)))]
#[model(index(gsi2, hash_key = "OWNER#{owner}", range_key = "{due:04}", when = Self::is_listed(state, priority)))]
#[model(index(gsi3, hash_key = "LATE", range_key = "{id:04}", when = is_late(note)))]
struct Ticket {
    id: u32,
    state: State,
    owner: Option<String>,
    due: u32,
    #[model(default = 1)]
    priority: u8,
    note: Option<String>,
}

impl Ticket {
    fn is_open(state: &State) -> bool {
        *state != State::Done
    }

    fn is_listed(state: &State, priority: &u8) -> bool {
        *state == State::Waiting && *priority > 0
    }
}

fn is_late(note: Option<&String>) -> bool {
    note.is_some_and(|note| note.contains("late"))
}

fn ticket() -> Ticket {
    Ticket { id: 1, state: State::Open, owner: Some("ann".into()), due: 7, priority: 1, note: None }
}

async fn keys(stand: &Stand) -> Vec<String> {
    let item = stand.only_item("tickets").await;
    let mut keys: Vec<String> = item.into_keys().filter(|name| name.starts_with("gsi")).collect();
    keys.sort();
    keys
}

async fn stored(of: Ticket) -> Ticket {
    Desk::create_table().await.ok();
    let mut ticket = of;
    ticket.save().await.unwrap();
    ticket
}

#[tokio::test]
async fn a_value_that_is_written_as_a_whole_has_the_keys_of_its_indexes() {
    stand::run(async |stand| {
        let late = Some("it is late".to_owned());
        for (ticket, expected) in [
            (ticket(), &["gsi1pk", "gsi1sk"][..]),
            (Ticket { state: State::Waiting, ..ticket() }, &["gsi1pk", "gsi1sk", "gsi2pk"]),
            (Ticket { state: State::Waiting, owner: None, ..ticket() }, &["gsi1pk", "gsi1sk"]),
            (Ticket { state: State::Done, ..ticket() }, &[]),
            (Ticket { state: State::Done, note: late, ..ticket() }, &["gsi3pk", "gsi3sk"]),
        ] {
            let mut ticket = stored(ticket).await;
            assert_eq!(keys(stand).await, expected);
            singlet::batch_write().put(&ticket).await.unwrap();
            assert_eq!(keys(stand).await, expected);
            singlet::transact_write().write(ticket.save()).await.unwrap();
            assert_eq!(keys(stand).await, expected);
            assert_eq!(
                Ticket::index(Desk::GSI1).query(()).await.unwrap().len(),
                usize::from(expected.contains(&"gsi1pk"))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_by_key_knows_what_it_sets_and_what_is_assumed() {
    stand::run(async |stand| {
        stored(ticket()).await;
        let done = Ticket::update(1).set(|t| t.state, State::Done).assume(|t| t.priority, 1).await.unwrap();
        assert_eq!(stand.only_item("tickets").await, done.to_item().unwrap());
        // Back in the index, whose keys must be made.
        let open = Ticket::update(1).set(|t| t.state, State::Open).set(|t| t.priority, 2).assume(|t| t.due, 7);
        let open = open.await.unwrap();
        assert_eq!(stand.only_item("tickets").await, open.to_item().unwrap());
        let late = Ticket::update(1).set(|t| t.note, "late").await.unwrap();
        assert_eq!(stand.only_item("tickets").await, late.to_item().unwrap());
        let early = Ticket::update(1).remove(|t| t.note).await.unwrap();
        assert_eq!(stand.only_item("tickets").await, early.to_item().unwrap());
        let wrong = Ticket::update(1).set(|t| t.state, State::Done).assume(|t| t.priority, 9);
        assert_eq!(wrong.await.unwrap_err().kind(), ErrorKind::ConditionFailed);
    })
    .await;
}

#[tokio::test]
async fn an_update_that_cannot_know_is_refused() {
    stand::run(async |stand| {
        stored(ticket()).await;
        let before = stand.only_item("tickets").await;
        let refused = |error: Error| (error.kind(), error.attribute().map(str::to_owned));
        let error = |attribute: &str| (ErrorKind::Validation, Some(attribute.to_owned()));
        // The second index also depends on the priority, and the key of the first is made from the due date.
        let update = Ticket::update(1).set(|t| t.state, State::Waiting);
        assert_eq!(refused(update.await.unwrap_err()), error("due"));
        let update = Ticket::update(1).set(|t| t.state, State::Waiting).set(|t| t.due, 7);
        assert_eq!(refused(update.await.unwrap_err()), error("priority"));
        let update = Ticket::update(1).set(|t| t.due, 8);
        assert_eq!(refused(update.await.unwrap_err()), error("state"));
        assert_eq!(stand.only_item("tickets").await, before);
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_update_leaves_the_keys_that_a_save_makes() {
    stand::run(async |stand| {
        let mut local = stored(ticket()).await;
        let states = [State::Open, State::Waiting, State::Done];
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..36_usize {
            let state = states[n * 7 / 3 % 3];
            match n % 6 {
                0 => local.modify().set(|t| t.state, state).await.unwrap(),
                1 => local.modify().set(|t| t.priority, u8::try_from(n / 6 % 2).unwrap()).await.unwrap(),
                2 => local.modify().set_or_remove(|t| t.owner, (n % 4 > 1).then_some("bob")).await.unwrap(),
                3 => {
                    local.modify().set(|t| t.due, u32::try_from(n).unwrap()).set(|t| t.state, state).await.unwrap();
                }
                4 => {
                    let old = local.clone();
                    local.state = state;
                    local.note = (n % 4 == 0).then(|| "late".to_owned());
                    local.update_from(&old).await.unwrap();
                }
                _ => {
                    let update = Ticket::upsert(1).set(|t| t.state, state).set(|t| t.due, 5).set(|t| t.priority, 1);
                    local = update.set(|t| t.owner, "eve").await.unwrap();
                }
            }
            let mut stored = stand.only_item("tickets").await;
            // An item that lacks the attribute has its default.
            stored.entry("priority".into()).or_insert_with(|| stand::n(1));
            assert_eq!(stored, local.to_item().unwrap(), "step {n}");
            seen.insert(keys(stand).await);
            if local.priority == 1 && n % 4 < 2 {
                stored.remove("priority");
                stand.put_raw("tickets", stored).await;
            }
        }
        assert!(seen.len() > 4, "{seen:?}");
    })
    .await;
}

/// The condition takes the whole value.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TASK#{id}", range_key = "TASK")]
#[model(index(gsi1, hash_key = "TASKS", range_key = "{id:04}", when = Task::is_open))]
struct Task {
    id: u32,
    done: u8,
    steps: u8,
}

impl Task {
    fn is_open(&self) -> bool {
        self.done < self.steps
    }
}

#[tokio::test]
async fn a_condition_on_the_whole_value_leaves_saves_only() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        let mut task = Task { id: 1, done: 0, steps: 2 };
        task.create().await.unwrap();
        assert_eq!(keys(stand).await, ["gsi1pk", "gsi1sk"]);
        task.done = 2;
        task.save().await.unwrap();
        assert_eq!(keys(stand).await, [""; 0]);
        for error in [
            Task::update(1).set(|t| t.done, 1).await.unwrap_err(),
            task.modify().set(|t| t.done, 1).await.unwrap_err(),
            singlet::transact_write().write(Task::update(1).set(|t| t.done, 1)).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Task")));
            assert!(error.to_string().contains("`when` of index `gsi1`"), "{error}");
        }
        assert_eq!(keys(stand).await, [""; 0]);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Progress {
    done: u8,
    steps: u8,
}

/// The condition takes a part of the value that has parts itself.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "STEP#{id}", range_key = "STEP")]
#[model(index(gsi1, hash_key = "STEPS", range_key = "{id:04}", when = is_running(progress)))]
struct Step {
    id: u32,
    progress: Progress,
}

fn is_running(progress: &Progress) -> bool {
    progress.done < progress.steps
}

#[tokio::test]
async fn a_change_of_a_part_of_what_decides_is_refused_with_what_to_do() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        let old = Step { id: 1, progress: Progress { done: 0, steps: 2 } };
        old.clone().save().await.unwrap();
        let mut new = Step { id: 1, progress: Progress { done: 2, steps: 2 } };
        for error in [
            Step::update(1).set(|s| s.progress.done, 2).await.unwrap_err(),
            old.clone().modify().set(|s| s.progress.done, 2).await.unwrap_err(),
            new.update_from(&old).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("progress")));
            assert!(error.to_string().contains("set the attribute as a whole, or save the value"), "{error}");
        }
        assert_eq!(keys(stand).await, ["gsi1pk", "gsi1sk"]);
        // Both do.
        Step::update(1).set(|s| s.progress, new.progress.clone()).await.unwrap();
        assert_eq!(keys(stand).await, [""; 0]);
        old.clone().save().await.unwrap();
        new.save().await.unwrap();
        assert_eq!(keys(stand).await, [""; 0]);
    })
    .await;
}
