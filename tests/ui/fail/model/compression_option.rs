use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(algoritm = "lz4"))]
    notes: String,
}

fn main() {}
