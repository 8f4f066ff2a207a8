use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_city", hash_key = "city_key", include("name")))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
#[model(index(by_city, hash_key = "CITY#{city}"))]
struct User {
    id: String,
    city: String,
    name: String,
}

fn main() {}
