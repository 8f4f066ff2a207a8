use singlet::Attribute;

#[derive(Attribute)]
enum Shape {
    Point(u32, u32),
    Nothing,
}

fn main() {}
