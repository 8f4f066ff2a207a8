use singlet::Model;

#[derive(Model)]
#[model(table = "users", ttl_attribute = "gone_at")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
