use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "users", hash_key = "pk", index(name = "by_score", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Users;

#[derive(Model)]
#[model(table = Users, hash_key = "USER#{id}")]
#[model(index(by_score, hash_key = "TAGS#{tags}", range_key = "SCORE#{score}"))]
struct User {
    id: String,
    tags: Vec<String>,
    score: f64,
}

fn main() {}
