use singlet::Attribute;

#[derive(Attribute)]
#[attribute(transparent)]
struct Point {
    x: u32,
    y: u32,
}

fn main() {}
