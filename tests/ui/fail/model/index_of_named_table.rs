use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
#[model(index(gsi1, hash_key = "EMAIL#{email}"))]
struct User {
    #[model(hash_key)]
    pk: String,
    email: String,
}

fn main() {}
