//! A field without an attribute has no validator.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(skip, validate = check)]
    cached: u64,
}

fn check(_: &u64) -> Result<(), &'static str> {
    Ok(())
}

fn main() {}
