//! Nothing reads the reservation of a unique value as an item.

use futures_util::TryStreamExt as _;
use singlet::{Collection, Item, Model, Table};

use crate::stand;

#[derive(Table)]
#[table(name = "users", hash_key = "pk", range_key = "sk", index(name = "inverted", hash_key = "sk", range_key = "pk"))]
struct Users;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Users, hash_key = "USER#{id}", range_key = "{group}")]
#[model(index(inverted, hash_key = "{group}", range_key = "USER#{id}"))]
struct User {
    id: u32,
    group: String,
    #[model(unique)]
    email: String,
    #[model(unique)]
    nick: Option<String>,
}

#[tokio::test]
async fn no_read_of_a_table_without_an_entity_attribute_meets_one() {
    stand::run(async |stand| {
        Users::create_table().await.unwrap();
        // The group is the range key of reservations.
        let group = || "UNIQUE".to_owned();
        let mut users =
            [1, 2].map(|id| User { id, group: group(), email: format!("{id}@a"), nick: Some(id.to_string()) });
        for user in &mut users {
            user.create().await.unwrap();
        }
        assert_eq!(stand.stored("users").await.len(), 6);
        let sorted = |mut read: Vec<User>| {
            read.sort_by_key(|user| user.id);
            read
        };
        assert_eq!(sorted(User::scan().await.unwrap()), users);
        assert_eq!(sorted(User::scan().segments(3).await.unwrap()), users);
        assert_eq!(sorted(User::scan().limit(5).page().await.unwrap().items), users);
        assert_eq!(sorted(User::scan().stream().try_collect().await.unwrap()), users);
        assert_eq!(User::scan().count().await.unwrap(), 2);
        assert_eq!(User::scan().filter(|u| u.nick.eq("2")).await.unwrap(), users[1..]);
        let inverted = || User::index(Users::INVERTED);
        assert_eq!(sorted(inverted().scan().await.unwrap()), users);
        assert_eq!(inverted().scan().count().await.unwrap(), 2);
        assert_eq!(User::query(1).await.unwrap(), users[..1]);
        assert_eq!(User::query(1).count().await.unwrap(), 1);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum UserRow {
    User(User),
}

#[derive(Table)]
#[table(name = "accounts", hash_key = "pk", entity = "_type")]
struct Accounts;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "ACCOUNT#{id}")]
struct Account {
    id: u32,
    #[model(unique)]
    email: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "ACCOUNT#{id}")]
struct Closed {
    id: u32,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum AccountRow {
    Account(Account),
}

#[derive(Debug, Clone, PartialEq, Collection)]
#[collection(deny_unknown)]
enum StrictRow {
    Account(Account),
    Closed(Closed),
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum AnyRow {
    Account(Account),
    #[collection(other)]
    Other(Item),
}

#[tokio::test]
async fn no_scan_of_a_collection_meets_one() {
    stand::run(async |_| {
        Users::create_table().await.unwrap();
        let mut user = User { id: 1, group: "a".into(), email: "1@a".into(), nick: None };
        user.create().await.unwrap();
        assert_eq!(UserRow::scan().await.unwrap(), [UserRow::User(user)]);
        assert_eq!(UserRow::scan().count().await.unwrap(), 1);

        Accounts::create_table().await.unwrap();
        let mut account = Account { id: 1, email: "1@a".into() };
        account.create().await.unwrap();
        let mut closed = Closed { id: 2 };
        closed.create().await.unwrap();
        assert_eq!(AccountRow::scan().await.unwrap(), [AccountRow::Account(account.clone())]);
        assert_eq!(AccountRow::scan().count().await.unwrap(), 1);
        let mut strict = StrictRow::scan().await.unwrap();
        strict.sort_by_key(|row| matches!(row, StrictRow::Closed(_)));
        assert_eq!(strict, [StrictRow::Account(account.clone()), StrictRow::Closed(closed)]);
        assert_eq!(StrictRow::scan().count().await.unwrap(), 2);
        assert_eq!(AnyRow::scan().await.unwrap().len(), 2);
        assert_eq!(AnyRow::scan().count().await.unwrap(), 2);
    })
    .await;
}
