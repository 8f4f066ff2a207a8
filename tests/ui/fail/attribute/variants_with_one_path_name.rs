use singlet::Attribute;

#[derive(Attribute)]
enum Payment {
    Card { last4: String },
    CARD { number: String },
}

fn main() {}
