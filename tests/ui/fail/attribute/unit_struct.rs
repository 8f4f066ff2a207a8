use singlet::Attribute;

#[derive(Attribute)]
struct Nothing;

fn main() {}
