use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

#[derive(Attribute)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", index(gsi1, hash_key = "CITY#{address.city:06}"))]
struct User {
    id: String,
    address: Address,
}

fn main() {}
