use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
struct Shop;

#[derive(Attribute)]
struct Address {
    city: String,
    k: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: String,
    home_city: String,
    #[model(flatten, prefix = "home_")]
    home: Address,
    #[model(flatten, prefix = "work_")]
    work: Address,
    #[model(flatten, prefix = "work_")]
    other: Address,
    #[model(flatten, prefix = "p")]
    key: Address,
}

fn main() {}
