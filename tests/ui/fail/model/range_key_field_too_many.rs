use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: u64,
    #[model(range_key)]
    sk: u64,
}

fn main() {}
