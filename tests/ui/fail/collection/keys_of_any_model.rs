use singlet::{Collection, Item, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "{customer}", range_key = "{id}")]
struct Order {
    customer: String,
    id: u32,
}

#[derive(Collection)]
enum Row {
    Order(Order),
    #[collection(other)]
    Other(Item),
}


fn main() {}
