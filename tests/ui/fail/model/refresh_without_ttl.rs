use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users", refresh_ttl = false)]
struct User {
    #[model(hash_key)]
    pk: String,
    expires_at: Option<TTLAttribute>,
}

fn main() {}
