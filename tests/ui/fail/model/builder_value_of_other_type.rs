use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    cents: u64,
}

fn main() {
    let _ = User::builder().cents("5");
}
