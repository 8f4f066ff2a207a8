use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", expired = "hide")]
struct User {
    id: String,
}

fn main() {}
