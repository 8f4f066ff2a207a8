use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", entity = "_type")]
struct Shop;

#[derive(Attribute)]
struct Audit {
    by: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", write_mark = "mark")]
struct User {
    #[model(alias = "pk")]
    id: String,
    #[model(alias = "_type")]
    kind: String,
    #[model(alias = "mark")]
    written: String,
    #[model(alias = "by")]
    author: String,
    #[model(flatten)]
    audit: Audit,
}

fn main() {}
