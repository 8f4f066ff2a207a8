use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: Option<u64>,
}

fn main() {
    let _ = User::update(1).set(|u| u.points, Some(1_u64));
}
