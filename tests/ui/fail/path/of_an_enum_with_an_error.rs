use singlet::{Attribute, Model};

#[derive(Attribute)]
#[attribute(tag = "kind")]
enum Payment {
    Card { last4: String, kind: String },
    Voucher(Voucher),
    Cash,
}

#[derive(Attribute)]
struct Voucher {
    code: String,
}

#[derive(Model)]
#[model(table = "orders", hash_key = "ORDER#{id}")]
struct Order {
    id: u32,
    payment: Payment,
}

fn main() {
    let _ = Order::scan().filter(|o| o.payment.card.last4.eq("4242") | o.payment.cash.is_stored());
    let _ = Order::update(7).set(|o| o.payment.voucher.code, "X7");
}
