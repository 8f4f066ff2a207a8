use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", range_key = "{n}")]
struct User {
    id: String,
    n: u64,
}

fn main() {
    let _ = User::get(("USER#1", "5"));
}
