//! A field that operations fill in has no value to check.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(version, validate = check)]
    version: u64,
}

fn check(_: &u64) -> Result<(), &'static str> {
    Ok(())
}

fn main() {}
