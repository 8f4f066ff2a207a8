use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "id")]
struct Shop;

#[derive(Model)]
#[model(table = Shop)]
struct User {
    #[model(hash_key)]
    id: u64,
}

fn main() {}
