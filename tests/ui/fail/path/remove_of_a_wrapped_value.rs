use singlet::{Attribute, Model};

#[derive(Attribute)]
enum Payment {
    Card { last4: String },
    Voucher(Option<String>),
    Cash,
}

#[derive(Model)]
#[model(table = "orders", hash_key = "ORDER#{id}")]
struct Order {
    id: u32,
    payment: Payment,
}

fn main() {
    let _ = Order::update(7).remove(|o| o.payment.voucher);
}
