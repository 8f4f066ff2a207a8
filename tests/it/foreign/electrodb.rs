//! ElectroDB: keys of service, entity and version in lower case, an entity attribute of its own.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use singlet::{Attribute, Collection, Model, Number, Table};

use super::{load, saved, scanned};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/electrodb.jsonl");

#[derive(Table)]
#[table(name = "electrodb", hash_key = "pk", range_key = "sk", entity = "__edb_e__")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "$app#userid_{user_id}", range_key = "$user_1", entity_name = "user")]
#[model(index(gsi1, hash_key = "$app#city_{city}", range_key = "$user_1#joined_{joined}"))]
#[model(rename_all = "camelCase")]
struct User {
    user_id: String,
    name: String,
    age: Option<u8>,
    active: bool,
    role: Option<Role>,
    #[model(default)]
    tags: BTreeSet<String>,
    address: Option<Address>,
    logins: Option<Vec<String>>,
    extra: Option<Value>,
    city: String,
    joined: String,
    #[model(rename = "__edb_v__")]
    schema: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
#[attribute(rename_all = "lowercase")]
enum Role {
    Admin,
    Member,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "$app#userid_{user_id}", range_key = "$order_1#orderid_{order_id:08}")]
#[model(entity_name = "order", rename_all = "camelCase")]
struct Order {
    user_id: String,
    order_id: u32,
    total: Number,
    #[model(rename = "__edb_v__")]
    schema: String,
}

#[derive(Debug, Collection)]
struct Account {
    user: User,
    orders: Vec<Order>,
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("electrodb", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!((ada.role, ada.extra.clone()), (Some(Role::Admin), Some(json!({ "a": [1, "x", null] }))));
        let by_city = User::index(Application::GSI1).query("london").begins_with("2024-03-01t12:30:15.123z");
        assert_eq!(by_city.one().await.unwrap(), Some(ada.clone()));
        let [first, bob] = scanned::<User>().await.try_into().unwrap();
        assert_eq!((first, bob.role, bob.tags.len()), (ada.clone(), None, 0));
        let account = Account::query("ada").await.unwrap();
        assert_eq!((account.user, account.orders.len()), (ada.clone(), 1));
        let mut order = Order::query("ada").gt(6).one().await.unwrap().unwrap();
        assert_eq!(order.total, "19.99".parse().unwrap());

        assert_eq!(saved(stand, &mut ada, "$app#userid_ada", "$user_1").await, [""; 0]);
        assert_eq!(saved(stand, &mut order, "$app#userid_ada", "$order_1#orderid_00000007").await, [""; 0]);
        ada.modify().set(|u| u.city, "paris").await.unwrap();
        assert_eq!(User::index(Application::GSI1).query("paris").count().await.unwrap(), 2);
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("electrodb").await.len(), 2);
    })
    .await;
}
