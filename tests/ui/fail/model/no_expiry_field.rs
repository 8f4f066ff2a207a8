use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "30m")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {
    let _ = User { pk: String::new() }.is_expired();
}
