//! The fields that `when` names are fields of the model.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = is_active(actve)))]
struct User {
    id: u32,
    active: bool,
}

fn is_active(active: &bool) -> bool {
    *active
}

fn main() {}
