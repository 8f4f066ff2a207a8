use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", entity = "_type")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", entity_alias = "User", entity_alias = "Person")]
#[model(entity_alias = "Person")]
struct User {
    id: String,
}

fn main() {}
