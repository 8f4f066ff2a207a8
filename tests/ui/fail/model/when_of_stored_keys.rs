//! An item leaves an index with `when` by a key that nothing else stores: not the table, the entity or another index.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_type", hash_key = "_type", range_key = "day"))]
#[table(index(name = "inverted", hash_key = "sk", range_key = "pk"))]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "day"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi1pk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(by_type, hash_key = "User", range_key = day, when = is_open(state)))]
struct User {
    id: u32,
    day: String,
    state: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "GROUP#{id}", range_key = "G")]
#[model(index(inverted, hash_key = "G", range_key = "GROUP#{id}", when = is_open(state)))]
struct Group {
    id: u32,
    state: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "TASK#{id}", range_key = "T")]
#[model(index(gsi1, hash_key = "{state}", range_key = day, when = is_open(state)))]
#[model(index(gsi2, hash_key = "TASKS", range_key = "{state}"))]
struct Task {
    id: u32,
    day: String,
    state: String,
}

fn is_open(state: &str) -> bool {
    state == "open"
}

fn main() {}
