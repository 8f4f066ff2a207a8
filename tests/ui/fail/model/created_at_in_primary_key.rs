use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", range_key = "AT#{created}")]
struct User {
    id: String,
    #[model(created_at)]
    created: i64,
}

fn main() {}
