//! Items that lack an attribute would all have its default, or a unique value without a scope.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(default)]
    tenant: String,
    #[model(unique(scope = "tenant"))]
    email: String,
    #[model(unique, default)]
    nick: String,
    #[model(unique, default)]
    phone: Option<String>,
}

fn main() {}
