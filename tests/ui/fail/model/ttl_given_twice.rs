use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users", ttl = "30m")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(ttl = "1h")]
    expires_at: Option<TTLAttribute>,
}

fn main() {}
