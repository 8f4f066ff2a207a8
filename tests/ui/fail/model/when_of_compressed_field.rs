//! A field that is not a plain attribute cannot decide about an index.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = is_short(text)))]
struct User {
    id: u32,
    #[model(compressed)]
    text: String,
}

fn is_short(text: &str) -> bool {
    text.len() < 10
}

fn main() {}
