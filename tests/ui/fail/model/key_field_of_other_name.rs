use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop)]
struct User {
    #[model(hash_key)]
    id: String,
}

fn main() {}
