use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", ttl = "30m")]
struct User {
    id: String,
    expires_at: String,
}

fn main() {}
