use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "gsi1", hash_key = "email"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = email))]
struct User {
    id: String,
    email: u32,
}

fn main() {}
