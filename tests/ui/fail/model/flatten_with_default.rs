use singlet::{Attribute, Model};

#[derive(Default, Attribute)]
struct Audit {
    by: String,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(flatten, default)]
    audit: Audit,
}

fn main() {}
