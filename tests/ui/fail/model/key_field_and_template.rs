use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{pk}")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
