use singlet::{Collection, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
struct Order {
    customer: String,
    id: u32,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#LINE#{id}")]
struct Line {
    customer: String,
    id: u32,
}

#[derive(Collection)]
enum Row {
    Order(Order),
    Line(Line),
}


fn main() {}
