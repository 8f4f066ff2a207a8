use singlet::{Item, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "by_city", hash_key = "city_key", include("name")))]
struct Shop;

fn names(_: &mut Item) {}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", schema = 2, upgrade(names))]
#[model(index(by_city, hash_key = "CITY#{city}"))]
struct User {
    id: String,
    city: String,
    name: String,
}

fn main() {}
