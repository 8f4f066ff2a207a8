use singlet::Attribute;

struct Raw;

#[derive(Attribute)]
struct Point {
    x: Raw,
}

fn main() {}
