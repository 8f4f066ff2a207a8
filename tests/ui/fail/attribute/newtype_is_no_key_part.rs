use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Score(f64);

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{score}")]
struct User {
    score: Score,
}

fn main() {}
