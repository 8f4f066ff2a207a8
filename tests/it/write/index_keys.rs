//! Updates of what index keys are made from: the keys follow.

use std::collections::BTreeMap;

use singlet::{Error, ErrorKind, Item, Model, Table, Update};

use crate::shop::{Customer, Shop, customer};
use crate::stand::{self, s};
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "tickets", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi1sk"))]
struct Desk;

/// Two indexes share the attribute `gsi1sk`; `gsi1pk` needs two fields.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TICKET#{id}", range_key = "TICKET")]
#[model(index(gsi1, hash_key = "TEAM#{team}#{state}", range_key = "DUE#{due:06}"))]
#[model(index(gsi2, hash_key = "OWNER#{owner}", range_key = "DUE#{due:06}"))]
struct Ticket {
    id: u32,
    team: String,
    state: String,
    owner: Option<String>,
    due: u32,
    title: String,
}

fn ticket() -> Ticket {
    Ticket { id: 1, team: "red".into(), state: "open".into(), owner: Some("ann".into()), due: 7, title: "x".into() }
}

async fn stored() -> Ticket {
    Desk::create_table().await.unwrap();
    let mut ticket = ticket();
    ticket.create().await.unwrap();
    ticket
}

/// The item has the keys that its own fields make.
async fn assert_consistent(stand: &stand::Stand, ticket: &Ticket) -> Item {
    let stored = stand.only_item("tickets").await;
    assert_eq!(stored, ticket.to_item().unwrap());
    stored
}

#[tokio::test]
async fn setting_a_field_rewrites_its_keys() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let new = Customer::update("c-1").set(|c| c.email, "new@example.com").await.unwrap();
        let stored = stand.only_item("shop").await;
        assert_eq!(stored["gsi1pk"], s("EMAIL#new@example.com"));
        assert_eq!(stored, new.to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_field_that_is_removed_takes_the_keys_along() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let new = Customer::update("c-1").remove(|c| c.email).await.unwrap();
        let stored = stand.only_item("shop").await;
        assert!(!stored.contains_key("gsi1pk") && !stored.contains_key("gsi1sk"), "{stored:?}");
        assert_eq!(stored, new.to_item().unwrap());
        let new = Customer::update("c-1").set_or_remove(|c| c.email, Some("back@example.com")).await.unwrap();
        assert_eq!(stand.only_item("shop").await, new.to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn all_fields_of_a_key_in_one_update() {
    stand::run(async |stand| {
        stored().await;
        let update = Ticket::update(1).set(|t| t.team, "blue").set(|t| t.state, "done").set(|t| t.due, 9);
        let new = update.set(|t| t.owner, "bob").await.unwrap();
        let stored = assert_consistent(stand, &new).await;
        assert_eq!(
            ["gsi1pk", "gsi1sk", "gsi2pk"].map(|key| stored[key].clone()),
            [s("TEAM#blue#done"), s("DUE#000009"), s("OWNER#bob")]
        );
    })
    .await;
}

#[tokio::test]
async fn an_unknown_placeholder_is_refused_unsent() {
    stand::run(async |stand| {
        stored().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let refused = async |update: Update<'static, Ticket>| -> Error { update.client(&client).await.unwrap_err() };
        for (error, attribute) in [
            (refused(Ticket::update(1).set(|t| t.state, "done").set(|t| t.due, 1)).await, "team"),
            (refused(Ticket::update(1).set(|t| t.team, "blue").set(|t| t.due, 1)).await, "state"),
            (refused(Ticket::update(1).set(|t| t.state, "done").assume(|t| t.state, "open")).await, "team"),
        ] {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)), "{error}");
        }
        assert_eq!(transport.sent().len(), 0);
        assert_consistent(stand, &ticket()).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_not_touched_stays_where_an_item_is_sure_to_have_it() {
    stand::run(async |stand| {
        stored().await;
        let new = Ticket::update(1).set(|t| t.team, "blue").set(|t| t.state, "done").await.unwrap();
        let stored = assert_consistent(stand, &new).await;
        assert_eq!(["gsi1pk", "gsi1sk"].map(|key| stored[key].clone()), [s("TEAM#blue#done"), s("DUE#000007")]);

        let given = Ticket::update(1).set(|t| t.team, "red").set(|t| t.state, "open").assume(|t| t.due, 8);
        assert_eq!(given.await.unwrap_err().kind(), ErrorKind::ConditionFailed);

        // An item without owner has no keys of that index: its range key would have to be made.
        let error = Ticket::update(1).set(|t| t.owner, "bob").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("due")));
    })
    .await;
}

#[tokio::test]
async fn given_values_are_conditions() {
    stand::run(async |stand| {
        stored().await;
        let done = |team: &str| {
            Ticket::update(1).set(|t| t.state, "done").assume(|t| t.team, team.to_owned()).assume(|t| t.due, 7)
        };
        let error = done("blue").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_consistent(stand, &ticket()).await;
        let new = done("red").await.unwrap();
        assert_consistent(stand, &new).await;
        assert_eq!(new.state, "done");
    })
    .await;
}

#[tokio::test]
async fn a_local_value_knows_its_other_fields_under_a_condition() {
    stand::run(async |stand| {
        let mut local = stored().await;
        let mut outdated = local.clone();
        local.modify().set(|t| t.state, "done").await.unwrap();
        assert_eq!(local.state, "done");
        assert_consistent(stand, &local).await;
        local.modify().set(|t| t.team, "blue").await.unwrap();
        assert_consistent(stand, &local).await;
        // Its team is another by now, so its key would be wrong.
        let error = outdated.modify().set(|t| t.state, "late").await.unwrap_err();
        assert_eq!((error.kind(), outdated), (ErrorKind::ConditionFailed, ticket()));
        assert_consistent(stand, &local).await;
        // What makes no key needs no condition.
        ticket().modify().set(|t| t.title, "y").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_shared_key_stays_where_one_index_needs_it() {
    stand::run(async |stand| {
        let mut local = stored().await;
        local.modify().remove(|t| t.owner).await.unwrap();
        let stored = assert_consistent(stand, &local).await;
        assert!(!stored.contains_key("gsi2pk"));
        assert_eq!(stored["gsi1sk"], s("DUE#000007"));
        local.modify().set(|t| t.owner, "eve").await.unwrap();
        assert_consistent(stand, &local).await;
        local.modify().set(|t| t.due, 8).await.unwrap();
        assert_consistent(stand, &local).await;
    })
    .await;
}

#[tokio::test]
async fn values_that_make_no_key_are_refused() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let error = Customer::update("c-1").set(|c| c.email, "x".repeat(2_049)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Customer")));
        assert_eq!(stand.only_item("shop").await, customer("c-1").to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn delimiters_in_values_are_escaped_as_by_a_save() {
    stand::run(async |stand| {
        stored().await;
        let update = Ticket::update(1).set(|t| t.team, "a#b%").set(|t| t.state, "c").assume(|t| t.due, 7);
        let new = update.await.unwrap();
        assert_consistent(stand, &new).await;
    })
    .await;
}

#[tokio::test]
async fn random_updates_leave_the_keys_that_a_save_makes() {
    stand::run(async |stand| {
        let mut local = stored().await;
        let texts = ["a", "b#c", "ü", "x y"];
        let mut fields = BTreeMap::new();
        for n in 0..24_usize {
            let update = local.modify();
            let update = match n % 5 {
                0 => update.set(|t| t.team, texts[n % 4]),
                1 => update.set(|t| t.state, texts[n % 3]),
                2 => update.set_or_remove(|t| t.owner, (n % 4 > 1).then_some(texts[n % 4])),
                3 => update.set(|t| t.due, u32::try_from(n).unwrap()).set(|t| t.owner, texts[n % 4]),
                _ => update.set(|t| t.title, texts[n % 4]).remove(|t| t.owner),
            };
            update.await.unwrap();
            assert_consistent(stand, &local).await;
            *fields.entry(local.owner.is_some()).or_insert(0) += 1;
        }
        assert_eq!(fields.len(), 2, "with and without an owner");
    })
    .await;
}

/// `state` may be absent, so that the first index may be.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TASK#{id}", range_key = "TASK")]
#[model(index(gsi1, hash_key = "STATE#{state}", range_key = "DUE#{due:06}"))]
#[model(index(gsi2, hash_key = "OWNER#{owner}", range_key = "DUE#{due:06}"))]
struct Task {
    id: u32,
    state: Option<String>,
    owner: Option<String>,
    due: u32,
}

#[tokio::test]
async fn whether_another_index_needs_a_shared_key_must_be_known() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        let mut task = Task { id: 1, state: Some("open".into()), owner: Some("ann".into()), due: 7 };
        task.create().await.unwrap();
        let error = Task::update(1).remove(|t| t.owner).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("state")));
        let error = Task::update(1).remove(|t| t.owner).assume(|t| t.state, "done").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        Task::update(1).remove(|t| t.owner).assume(|t| t.state, "open").await.unwrap();
        task.owner = None;
        assert_eq!(stand.only_item("tickets").await, task.to_item().unwrap());
        // The last index that has it lets it go.
        task.modify().remove(|t| t.state).await.unwrap();
        let stored = stand.only_item("tickets").await;
        assert_eq!(stored, task.to_item().unwrap());
        assert!(!stored.contains_key("gsi1sk"));
    })
    .await;
}

/// Only the primary key holds `team`, and the keys of an index are made from it.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TEAM#{team}", range_key = "TEAM")]
#[model(index(gsi1, hash_key = "KIND#{kind}", range_key = "TEAM#{team}"))]
struct Team {
    #[model(key_only)]
    team: String,
    kind: String,
}

#[tokio::test]
async fn a_field_that_only_the_primary_key_holds_is_known_to_every_update() {
    stand::run(async |stand| {
        Desk::create_table().await.unwrap();
        let mut team = Team { team: "red".into(), kind: "shop".into() };
        team.create().await.unwrap();
        for kind in ["depot", "office"] {
            let before = team.clone();
            team.kind = kind.into();
            Team::update("red").set(|t| t.kind, kind).await.unwrap();
            assert_eq!(stand.only_item("tickets").await, team.to_item().unwrap());
            before.clone().modify().set(|t| t.kind, "shop").await.unwrap();
            assert_eq!(stand.only_item("tickets").await["gsi1pk"], s("KIND#shop"));
            team.update_from(&before).await.unwrap();
            assert_eq!(stand.only_item("tickets").await, team.to_item().unwrap());
        }
        Team::upsert("red").set(|t| t.kind, "shop").await.unwrap();
        team.kind = "shop".into();
        assert_eq!(stand.only_item("tickets").await, team.to_item().unwrap());
        assert_eq!(team.to_item().unwrap()["gsi1sk"], s("TEAM#red"));
    })
    .await;
}
