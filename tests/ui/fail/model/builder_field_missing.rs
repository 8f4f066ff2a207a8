use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    cents: u64,
    note: Option<String>,
}

fn main() {
    let _ = User::builder().pk("USER#1").build();
}
