use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
    nick: Option<String>,
}

fn main() {
    let fewer = -1_i64;
    let _ = User::update(1).add(|u| u.points, fewer);
}
