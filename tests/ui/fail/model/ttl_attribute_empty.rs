use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl = "1h", ttl_attribute = "")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
