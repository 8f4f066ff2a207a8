use singlet::Model;

#[derive(Model)]
#[model(table = 5)]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
