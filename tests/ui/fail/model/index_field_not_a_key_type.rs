use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "users", hash_key = "pk", index(name = "by_score", hash_key = "team", range_key = "score"))]
struct Users;

#[derive(Model)]
#[model(table = Users, hash_key = "USER#{id}")]
#[model(index(by_score, hash_key = team, range_key = score))]
struct User {
    id: String,
    team: bool,
    score: Vec<String>,
}

fn main() {}
