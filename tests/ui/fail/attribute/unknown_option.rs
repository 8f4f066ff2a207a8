use singlet::Attribute;

#[derive(Attribute)]
#[attribute(rename_al = "camelCase")]
struct Point {
    x: u32,
}

fn main() {}
