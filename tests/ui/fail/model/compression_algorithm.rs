use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(compressed(algorithm = "gzp"))]
    notes: String,
}

fn main() {}
