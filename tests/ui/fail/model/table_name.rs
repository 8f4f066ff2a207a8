use singlet::Model;

#[derive(Model)]
#[model(table = "my users")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
