use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(min_size = -1))]
    notes: String,
}

fn main() {}
