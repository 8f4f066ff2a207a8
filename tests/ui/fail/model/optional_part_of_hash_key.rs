use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "TASK#{id}", range_key = "TASK")]
#[model(index(gsi1, hash_key = "OWNER#{due?}", range_key = "{owner}"))]
struct Task {
    id: u32,
    owner: String,
    due: Option<u32>,
}

fn main() {}
