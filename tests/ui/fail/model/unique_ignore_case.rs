//! Only texts have a case.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(unique(ignore_case))]
    number: u32,
    #[model(unique(ignore_case))]
    hash: Option<singlet::Binary>,
    #[model(unique(ignore_case))]
    score: f64,
    #[model(unique(ignore_case))]
    email: Option<String>,
}

fn main() {}
