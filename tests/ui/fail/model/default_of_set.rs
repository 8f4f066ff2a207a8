use singlet::Model;

use std::collections::BTreeSet;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(default = BTreeSet::from([1]))]
    levels: BTreeSet<u8>,
}

fn main() {}
