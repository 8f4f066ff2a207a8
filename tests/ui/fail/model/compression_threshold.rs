use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(threshold = 1.5))]
    notes: String,
}

fn main() {}
