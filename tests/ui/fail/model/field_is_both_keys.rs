use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key, range_key)]
    pk: String,
}

fn main() {}
