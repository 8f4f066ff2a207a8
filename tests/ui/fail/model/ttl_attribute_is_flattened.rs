use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Dates {
    expires_at: u64,
}

#[derive(Model)]
#[model(table = "users", ttl = "1h")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(flatten)]
    dates: Dates,
}

fn main() {}
