//! `validate` takes the path of a function.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(validate = "check")]
    points: u64,
    #[model(validate)]
    more: u64,
}

fn check(_: &u64) -> Result<(), &'static str> {
    Ok(())
}

fn main() {}
