use singlet::Model;

#[derive(Model)]
#[model(table = "users", entity_alias = "Person")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
