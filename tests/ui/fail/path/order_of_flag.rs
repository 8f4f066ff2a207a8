use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    active: bool,
}

fn main() {
    let _ = User::FIELDS.active.gt(true);
}
