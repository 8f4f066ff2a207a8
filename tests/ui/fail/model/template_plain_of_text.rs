use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Id(String);

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id:plain}")]
struct User {
    id: Id,
}

fn main() {}
