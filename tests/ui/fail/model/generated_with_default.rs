use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(generated, default)]
    token: String,
}

fn main() {}
