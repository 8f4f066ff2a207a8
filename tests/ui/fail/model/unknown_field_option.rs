use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(renam = "e-mail")]
    email: String,
}

fn main() {}
