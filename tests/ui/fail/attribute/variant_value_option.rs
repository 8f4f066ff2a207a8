use singlet::Attribute;

#[derive(Attribute)]
enum Payment {
    Card(#[attribute(rename = "no")] String),
}

fn main() {}
