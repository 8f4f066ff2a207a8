use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Audit {
    by: String,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(flatten)]
    audit: Option<Audit>,
}

fn main() {}
