use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", entity = "optional")]
struct User {
    id: u64,
}

fn main() {}
