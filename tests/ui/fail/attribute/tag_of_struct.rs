use singlet::Attribute;

#[derive(Attribute)]
#[attribute(tag = "kind")]
struct Point {
    x: u32,
}

fn main() {}
