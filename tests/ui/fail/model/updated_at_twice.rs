use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(updated_at)]
    updated: i64,
    #[model(updated_at)]
    changed: i64,
}

fn main() {}
