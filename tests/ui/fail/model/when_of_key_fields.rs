//! Fields are stored in any case, so an index of fields has no condition.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(by_state, hash_key = state, range_key = day, when = is_open(state)))]
struct User {
    id: u32,
    state: String,
    day: String,
}

fn is_open(state: &str) -> bool {
    state == "open"
}

fn main() {}
