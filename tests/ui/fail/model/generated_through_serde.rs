use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(generated, serde)]
    token: String,
}

fn main() {}
