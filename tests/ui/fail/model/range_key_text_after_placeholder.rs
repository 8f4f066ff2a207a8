use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "{id}:users", range_key = "USER#{name}-#{email}")]
struct User {
    id: String,
    name: String,
    email: String,
}

fn main() {}
