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
    let _ = Order::scan().filter(|o| o.payment.card.last.eq("4242"));
}
