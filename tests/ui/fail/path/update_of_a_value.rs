use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
    nick: Option<String>,
}

fn main() {
    let mut user = User { id: 1, points: 0, nick: None };
    let _ = user.update().set(|u| u.points, 1);
}
