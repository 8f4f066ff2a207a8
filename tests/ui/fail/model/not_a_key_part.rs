use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{score}")]
struct User {
    score: f64,
}

fn main() {}
