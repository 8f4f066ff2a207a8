use singlet::{Model, Projection};

#[derive(Model)]
#[model(table = "orders", hash_key = "ORDER#{id}")]
struct Order {
    id: u32,
    cents: u64,
    note: Option<String>,
    #[model(default = 1)]
    count: u8,
}

#[derive(Projection)]
#[projection(of = Order)]
struct Receipt {
    count: u8,
}


fn main() {}
