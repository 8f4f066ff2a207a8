use singlet::Model;

#[derive(Model)]
#[model(table = "users", config = "settings")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
