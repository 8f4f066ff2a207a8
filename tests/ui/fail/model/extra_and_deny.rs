use std::collections::BTreeMap;

use singlet::Model;

#[derive(Model)]
#[model(table = "users", deny_unknown_attributes)]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(extra)]
    rest: BTreeMap<String, String>,
}

fn main() {}
