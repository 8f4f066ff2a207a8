use singlet::Attribute;

#[derive(Attribute)]
struct Name<'a>(&'a str);

fn main() {}
