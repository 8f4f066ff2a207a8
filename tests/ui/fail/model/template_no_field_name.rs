use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{}")]
struct User {
    id: String,
    email: String,
    user_id: u64,
}

fn main() {}
