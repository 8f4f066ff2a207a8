use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "30min")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
