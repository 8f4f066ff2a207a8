use singlet::Attribute;

#[derive(Attribute)]
enum Never {}

fn main() {}
