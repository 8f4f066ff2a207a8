use singlet::{Collection, Model, Projection, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
struct Order {
    customer: String,
    id: u32,
    total: u64,
}

#[derive(Projection)]
#[projection(of = Order)]
struct Total {
    total: u64,
}

#[derive(Collection)]
struct Page {
    orders: Vec<Order>,
    totals: Vec<Total>,
}


fn main() {}
