use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    pk: String,
}

fn main() {}
