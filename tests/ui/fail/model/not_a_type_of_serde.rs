use singlet::Model;

struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(serde)]
    address: Address,
}

fn main() {}
