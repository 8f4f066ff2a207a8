use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    #[model(key_only, rename = "user")]
    id: String,
}

fn main() {}
