use std::collections::BTreeMap;

use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(extra, rename = "rest", default, sensitive)]
    more: BTreeMap<String, String>,
}

fn main() {}
