use singlet::Model;

#[derive(Model)]
#[model(table = "users", hooks)]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
