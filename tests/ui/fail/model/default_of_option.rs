use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(default = Some(1))]
    level: Option<u8>,
}

fn main() {}
