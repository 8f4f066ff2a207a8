use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key = "USER#{pk}")]
    pk: String,
}

fn main() {}
