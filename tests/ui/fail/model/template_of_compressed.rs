use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    #[model(compressed)]
    id: String,
}

fn main() {}
