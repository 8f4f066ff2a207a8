use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = 5)]
struct User {
    id: String,
}

fn main() {}
