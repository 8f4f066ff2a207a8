use singlet::Attribute;

#[derive(Attribute)]
#[attribute(tag = "kind")]
enum Payment {
    Card(String),
    Cash,
}

fn main() {}
