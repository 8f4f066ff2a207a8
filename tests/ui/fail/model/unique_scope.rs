//! A scope is another plain field that is never absent.

use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    region: Option<String>,
    #[model(version)]
    version: u64,
    #[model(unique(scope = "tennant"))]
    a: String,
    #[model(unique(scope = "b"))]
    b: String,
    #[model(unique(scope = "{tenant}#{region}"))]
    c: String,
    #[model(unique(scope = "version"))]
    d: String,
    #[model(compressed)]
    text: String,
    #[model(unique(scope = "text"))]
    e: String,
    tenant: String,
}

fn main() {}
