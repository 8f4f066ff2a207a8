use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "30m")]
struct User {
    #[model(hash_key)]
    pk: String,
    expires_at: String,
}

fn main() {}
