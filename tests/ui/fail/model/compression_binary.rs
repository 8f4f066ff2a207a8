use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(binary = "B"))]
    notes: String,
}

fn main() {}
