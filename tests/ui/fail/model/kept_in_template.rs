use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", range_key = "AT#{updated}")]
struct User {
    id: String,
    #[model(updated_at)]
    updated: i64,
}

fn main() {}
