use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key, serde)]
    pk: String,
}

fn main() {}
