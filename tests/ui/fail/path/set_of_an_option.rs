use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    points: u64,
    nick: Option<String>,
}

fn main() {
    let nick = Some("ann");
    let _ = User::update(1).set(|u| u.nick, nick);
    let _ = User::update(1).set(|u| u.nick, None::<String>);
}
