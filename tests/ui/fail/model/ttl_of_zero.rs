use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "0s")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
