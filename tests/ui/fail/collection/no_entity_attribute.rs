use singlet::{Collection, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "{id}")]
struct Order {
    customer: String,
    id: u32,
}

#[derive(Collection)]
struct Page {
    customer: Option<Customer>,
    orders: Vec<Order>,
}


fn main() {}
