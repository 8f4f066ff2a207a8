use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    email: String,
    #[model(rename = "email")]
    mail: String,
}

fn main() {}
