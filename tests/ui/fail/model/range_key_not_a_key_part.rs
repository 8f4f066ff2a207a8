use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", range_key = "SCORE#{score}")]
struct User {
    id: String,
    score: f64,
}

fn main() {}
