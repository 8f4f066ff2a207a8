use singlet::Model;

#[derive(Model)]
#[model(table = "users", entity_name = "user")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
