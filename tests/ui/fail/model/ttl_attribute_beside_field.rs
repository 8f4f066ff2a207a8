use singlet::{Model, TTLAttribute};

#[derive(Model)]
#[model(table = "users", ttl_attribute = "gone_at")]
struct User {
    #[model(hash_key)]
    pk: String,
    expires_at: Option<TTLAttribute>,
}

fn main() {}
