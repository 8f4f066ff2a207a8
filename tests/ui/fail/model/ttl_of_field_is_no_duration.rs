use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(ttl = "soon")]
    expires_at: Option<TTLAttribute>,
}

fn main() {}
