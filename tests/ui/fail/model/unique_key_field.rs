use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key, unique)]
    id: String,
    name: String,
}

fn main() {}
