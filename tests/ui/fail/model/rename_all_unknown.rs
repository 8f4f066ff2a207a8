use singlet::Model;

#[derive(Model)]
#[model(table = "users", rename_all = "camelcase")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
