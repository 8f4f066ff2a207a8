use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {
    let _ = User { pk: String::new() }.is_expired();
}
