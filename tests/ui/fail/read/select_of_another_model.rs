use singlet::{Model, Projection};

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    name: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "TEAM#{id}")]
struct Team {
    id: u32,
    name: String,
}

#[derive(Projection)]
#[projection(of = Team)]
struct Name {
    name: String,
}

fn main() {
    let _ = User::query(1).select::<Name>();
}
