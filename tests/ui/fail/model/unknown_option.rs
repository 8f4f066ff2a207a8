use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_keys = "USER#{id}")]
struct User {
    id: String,
}

fn main() {}
