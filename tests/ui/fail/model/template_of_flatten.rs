use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Id {
    org: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    #[model(flatten)]
    id: Id,
}

fn main() {}
