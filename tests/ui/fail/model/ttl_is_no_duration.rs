use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = 1.5)]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
