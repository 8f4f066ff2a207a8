use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(ttl)]
    expires_at: TTLAttribute,
    #[model(ttl)]
    valid_until: TTLAttribute,
}

fn main() {}
