use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
    name: String,
}

fn main() {
    let _ = User::FIELDS.points.eq(User::FIELDS.name);
}
