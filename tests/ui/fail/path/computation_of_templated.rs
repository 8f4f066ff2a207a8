use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "LEVEL#{level}"))]
struct User {
    id: u32,
    level: u32,
}

fn main() {
    let _ = User::update(1).set_if_absent(|u| u.level, 1_u32);
}
