//! The function takes references to the fields and returns a `bool`.

use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_state", hash_key = "state", range_key = "day"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = is_active(active)))]
struct User {
    id: u32,
    active: bool,
}

fn is_active(active: &u32) -> bool {
    *active > 0
}

#[derive(Model)]
#[model(table = Shop, hash_key = "ORDER#{id}", range_key = "O")]
#[model(index(gsi1, hash_key = "A", range_key = "{id}", when = Order::number))]
struct Order {
    id: u32,
}

impl Order {
    fn number(&self) -> u32 {
        self.id
    }
}

fn main() {}
