use singlet::{Collection, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk"))]
#[table(index(name = "keys", hash_key = "gsi1pk", projection = "keys_only"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "EMAIL#{email}"))]
#[model(index(keys, hash_key = "EMAIL#{email}"))]
struct Customer {
    id: String,
    email: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
#[model(index(keys, hash_key = "C#{customer}"))]
struct Order {
    customer: String,
    id: u32,
}

#[derive(Collection)]
struct Page {
    customer: Option<Customer>,
    orders: Vec<Order>,
}

fn read() {
    let _ = Page::index(Shop::KEYS);
}

fn main() {}
