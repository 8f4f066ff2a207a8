use singlet::Model;

#[derive(Model)]
#[model(table = "orders", hash_key = "C#{customer}", range_key = "ORDER#{date}#{id}")]
struct Order {
    customer: String,
    date: String,
    id: u32,
}

fn main() {
    let _ = Order::query("c").begins_with(("2024-03-01", 1));
}
