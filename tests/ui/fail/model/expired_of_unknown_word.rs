use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users", expired = "hidden")]
struct User {
    #[model(hash_key)]
    pk: String,
    expires_at: Option<TTLAttribute>,
}

fn main() {}
