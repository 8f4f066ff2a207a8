use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "number", hash_key_type = "N")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: u64,
}

fn main() {}
