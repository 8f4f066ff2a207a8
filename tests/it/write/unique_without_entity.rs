//! Unique values in a table whose items do not name their entity: nothing reads a reservation as an item.

use futures_util::TryStreamExt as _;
use singlet::{Model, Table};

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
async fn no_read_meets_a_reservation() {
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
