use singlet::Attribute;

#[derive(Attribute)]
#[attribute(tag = "kind")]
enum Payment {
    Card { kind: String },
    Cash,
}

fn main() {}
