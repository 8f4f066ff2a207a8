use std::collections::BTreeMap;

use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(extra)]
    rest: BTreeMap<String, String>,
    #[model(extra)]
    more: BTreeMap<String, String>,
}

fn main() {}
