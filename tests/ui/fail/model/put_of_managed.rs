//! `put` takes a shared reference, so it is for models that a save does not change.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(version)]
    version: u64,
}

fn main() {
    let user = User { id: 1, version: 0 };
    let _ = user.put();
}
