use singlet::Model;

#[derive(Model)]
#[model(table = "users", skip_hooks = "yes")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
