//! `when` takes a function, or a call of one with fields.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = "active"))]
struct User {
    id: u32,
    active: bool,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "ORDER#{id}", range_key = "O")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = is_open(1)))]
struct Order {
    id: u32,
}

fn main() {}
