//! Values that are unique within the values of other fields, or whose case does not count.

use std::collections::BTreeSet;

use singlet::{ErrorKind, Model, Table};

use crate::stand::{self, Stand, s};

#[derive(Table)]
#[table(name = "accounts", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Accounts;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "ACCOUNT#{id}", range_key = "ACCOUNT")]
struct Account {
    id: u32,
    tenant: String,
    region: u8,
    #[model(unique(scope = "tenant", ignore_case))]
    email: String,
    #[model(unique(scope = "{tenant}#{region}"))]
    number: Option<u32>,
    #[model(unique)]
    nick: Option<String>,
}

fn account(id: u32, tenant: &str, email: &str) -> Account {
    Account { id, tenant: tenant.into(), region: 1, email: email.into(), number: None, nick: None }
}

async fn stored(id: u32, tenant: &str, email: &str) -> Account {
    Accounts::create_table().await.ok();
    let mut account = account(id, tenant, email);
    account.create().await.unwrap();
    account
}

/// The sentinels, and the ids of their owners.
async fn sentinels(stand: &Stand) -> BTreeSet<(String, String)> {
    let items = stand.stored("accounts").await;
    let text = |item: &singlet::Item, name: &str| item[name].as_s().unwrap().clone();
    let id = |owner: String| {
        owner.trim_end_matches("ACCOUNT").trim_start_matches("18:ACCOUNT#").trim_start_matches('0').to_owned()
    };
    let sentinels = items.iter().filter(|item| item["sk"] == s("UNIQUE"));
    sentinels.map(|item| (text(item, "pk").replace("UNIQUE#Account#", ""), id(text(item, "owner")))).collect()
}

fn owned<const N: usize>(sentinels: [(&str, &str); N]) -> BTreeSet<(String, String)> {
    sentinels.map(|(value, id)| (value.to_owned(), id.to_owned())).into()
}

#[tokio::test]
async fn a_value_is_used_once_within_its_scope() {
    stand::run(async |stand| {
        stored(1, "red", "Ann@x").await;
        stored(2, "blue", "ann@x").await;
        let error = account(3, "red", "ann@X").create().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::NotUnique, Some("email")));
        assert!(error.to_string().contains("`tenant`") && !error.to_string().contains("red"), "{error}");
        assert_eq!(sentinels(stand).await, owned([("email#ann@x#red", "1"), ("email#ann@x#blue", "2")]));
        // Several fields together.
        let mut first = Account { number: Some(7), ..account(4, "red", "b@x") };
        first.create().await.unwrap();
        Account { number: Some(7), region: 2, ..account(5, "red", "c@x") }.create().await.unwrap();
        let error = Account { number: Some(7), ..account(6, "red", "d@x") }.create().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::NotUnique, Some("number")));
        assert!(error.to_string().contains("`tenant`, `region`"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_value_without_a_scope_has_the_sentinel_that_it_always_had() {
    stand::run(async |stand| {
        let mut first = stored(1, "red", "a@x").await;
        first.nick = Some("Ann".into());
        first.save().await.unwrap();
        Account { nick: Some("ann".into()), ..account(2, "red", "b@x") }.create().await.unwrap();
        let expected = [("email#a@x#red", "1"), ("email#b@x#red", "2"), ("nick#Ann", "1"), ("nick#ann", "2")];
        assert_eq!(sentinels(stand).await, owned(expected));
        let error = Account { nick: Some("ann".into()), ..account(3, "blue", "c@x") }.save().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::NotUnique, Some("nick")));
    })
    .await;
}

#[tokio::test]
async fn every_write_moves_the_values_with_their_scope() {
    stand::run(async |stand| {
        stored(1, "red", "a@x").await;
        let now = |email: &'static str| owned([(email, "1")]);
        // By key, without and with the old values.
        Account::update(1).set(|a| a.tenant, "blue").await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#a@x#blue"));
        Account::update(1)
            .set(|a| a.tenant, "green")
            .assume(|a| a.email, "a@x")
            .assume(|a| a.tenant, "blue")
            .await
            .unwrap();
        assert_eq!(sentinels(stand).await, now("email#a@x#green"));
        Account::update(1).set(|a| a.email, "b@x").await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#b@x#green"));
        // Another case is the same value.
        let mut local = Account::update(1).set(|a| a.email, "B@x").await.unwrap();
        assert_eq!((sentinels(stand).await, local.email.as_str()), (now("email#b@x#green"), "B@x"));
        // With a local value: a save, an update, a difference, a transaction.
        local.tenant = "red".into();
        local.save().await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#b@x#red"));
        local.modify().set(|a| a.tenant, "blue").await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#b@x#blue"));
        let old = local.clone();
        local.tenant = "red".into();
        local.update_from(&old).await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#b@x#red"));
        local.tenant = "blue".into();
        singlet::transact_write().write(local.save()).await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#b@x#blue"));
        // A stale value does not release what another writer has claimed.
        let mut stale = local.clone();
        local.modify().set(|a| a.tenant, "red").await.unwrap();
        stale.email = "c@x".into();
        stale.save().await.unwrap();
        assert_eq!(sentinels(stand).await, now("email#c@x#blue"));
        stale.delete().await.unwrap();
        assert_eq!(sentinels(stand).await, owned([]));
    })
    .await;
}

/// The accounts before their email had a scope.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "ACCOUNT#{id}", range_key = "ACCOUNT", entity_name = "Account")]
struct Earlier {
    id: u32,
    tenant: String,
    region: u8,
    #[model(unique)]
    email: String,
}

#[tokio::test]
async fn a_backfill_reserves_the_values_of_a_field_that_receives_a_scope() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        let mut earlier = Earlier { id: 1, tenant: "red".into(), region: 1, email: "Ann@x".into() };
        earlier.create().await.unwrap();
        // A save that moves nothing claims nothing.
        account(1, "red", "Ann@x").save().await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#Ann@x", "1")]));
        let report = Account::backfill().await.unwrap();
        assert!(report.is_complete && report.failures.is_empty(), "{report:?}");
        // The former reservation stays.
        assert_eq!(sentinels(stand).await, owned([("email#Ann@x", "1"), ("email#ann@x#red", "1")]));
        let error = account(2, "red", "ANN@x").create().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::NotUnique, Some("email")));
        account(3, "blue", "ann@x").create().await.unwrap();
    })
    .await;
}
