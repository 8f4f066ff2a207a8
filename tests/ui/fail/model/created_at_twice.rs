use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(created_at)]
    created: i64,
    #[model(created_at)]
    made: i64,
}

fn main() {}
