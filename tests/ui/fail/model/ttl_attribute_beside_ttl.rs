use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(ttl = "30m", ttl_attribute)]
    expires_at: TTLAttribute,
    valid_until: TTLAttribute,
}

fn main() {}
