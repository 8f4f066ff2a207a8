use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "TASK#{id}", range_key = "TASK")]
#[model(index(gsi1, hash_key = "OWNER#{owner}", range_key = "DUE#{due?}"))]
struct Task {
    id: u32,
    owner: String,
    due: u32,
}

fn main() {}
