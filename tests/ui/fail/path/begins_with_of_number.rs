use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
}

fn main() {
    let _ = User::FIELDS.points.begins_with("1");
}
