use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id:06}")]
struct User {
    id: String,
}

fn main() {}
