use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", index(gsi1, hash_key = "CITY#{address.city}"))]
struct User {
    id: String,
    #[model(serde)]
    address: Address,
}

fn main() {}
