use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Address {
    #[attribute(prefix = "c_")]
    city: String,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    id: String,
    #[model(prefix = "home_")]
    home: Address,
    #[model(flatten, prefix = "")]
    work: Address,
    #[model(flatten, prefix = 7)]
    other: Address,
}

fn main() {}
