use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key, version)]
    id: u32,
    name: String,
}

fn main() {}
