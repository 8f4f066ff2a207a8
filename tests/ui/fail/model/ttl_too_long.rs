use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "99999999999w")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
