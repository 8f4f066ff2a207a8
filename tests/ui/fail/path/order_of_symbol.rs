use singlet::{Attribute, Model};

#[derive(Attribute)]
enum Level {
    Low,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    level: Level,
}

fn main() {
    let _ = User::FIELDS.level.lt(Level::Low);
}
