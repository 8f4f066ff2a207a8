use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "gsi1", hash_key("tenant", "region"), range_key("status", "level"), range_key_type("S", "N")))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = tenant, range_key("ACTIVE", level)))]
struct User {
    id: String,
    tenant: String,
    region: String,
    level: u32,
}

fn main() {}
