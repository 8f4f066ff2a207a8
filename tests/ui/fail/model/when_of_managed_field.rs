//! A field that operations fill in cannot decide about an index, because an update cannot tell its next value.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = is_new(version)))]
struct User {
    id: u32,
    #[model(version)]
    version: u64,
}

fn is_new(version: &u64) -> bool {
    *version < 2
}

fn main() {}
