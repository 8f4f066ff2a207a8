use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", range_key = "CITY#{address.city}")]
struct User {
    id: String,
    address: Address,
}

fn main() {}
