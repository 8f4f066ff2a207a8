use singlet::Attribute;

#[derive(Attribute)]
struct Point {
    x: u32,
    #[attribute(rename = "x")]
    y: u32,
}

fn main() {}
