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

#[derive(Model)]
#[model(table = "customers", hash_key = "CUSTOMER#{id}")]
struct Customer {
    id: u32,
}

#[derive(Projection)]
#[projection(of = Order)]
struct Receipt {
    cents: u64,
}


fn read() {
    let _ = Customer::query(7).select::<Receipt>();
}

fn main() {}
