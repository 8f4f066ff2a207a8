use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_type", hash_key = "_type", range_key = "created"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "ITEM#{id}")]
#[model(index(by_type, hash_key = "ITEMS#{kind}", range_key = "{created_at}"))]
struct Item {
    id: String,
    kind: String,
    created_at: u64,
}

fn main() {}
