use singlet::Model;

#[derive(Model)]
#[model(table = "users", expired = "hide")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
