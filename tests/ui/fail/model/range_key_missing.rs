use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: u64,
}

fn main() {}
