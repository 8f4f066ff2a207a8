use singlet::Attribute;

#[derive(Attribute)]
struct Point(u32, u32);

fn main() {}
