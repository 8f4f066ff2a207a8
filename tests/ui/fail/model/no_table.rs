use singlet::Model;

#[derive(Model)]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
