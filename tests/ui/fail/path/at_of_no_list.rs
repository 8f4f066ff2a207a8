use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    name: String,
}

fn main() {
    let _ = User::FIELDS.name.at(0);
}
