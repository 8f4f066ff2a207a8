use singlet::{Model, TTLAttribute, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: u64,
    expires_at: TTLAttribute,
}

fn main() {}
