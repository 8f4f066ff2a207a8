use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(created_at, updated_at)]
    time: i64,
}

fn main() {}
