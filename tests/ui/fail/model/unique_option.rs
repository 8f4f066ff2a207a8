//! The options of `unique`.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    tenant: String,
    #[model(unique(scpe = "tenant"))]
    email: String,
    #[model(unique(scope = tenant))]
    nick: String,
    #[model(unique(scope = "T{tenant}"))]
    name: String,
}

fn main() {}
