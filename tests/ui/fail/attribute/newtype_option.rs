use singlet::Attribute;

#[derive(Attribute)]
struct Id(#[attribute(rename = "id")] String);

fn main() {}
