use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    expires_at: TTLAttribute,
    valid_until: Option<TTLAttribute>,
}

fn main() {}
