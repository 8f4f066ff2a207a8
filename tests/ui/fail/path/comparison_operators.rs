use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
    nick: Option<String>,
}

fn main() {
    let _ = User::update(1).when(|u| u.points == 1);
    let _ = User::update(1).when(|u| u.points < 1);
    let _ = User::update(1).when(|u| u.points.ge(1) & u.nick == "ann");
}
