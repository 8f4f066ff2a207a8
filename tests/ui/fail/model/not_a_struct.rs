use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
enum User {
    Known,
}

fn main() {}
