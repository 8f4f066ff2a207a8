use singlet::Attribute;

#[derive(Attribute)]
struct Point {
    #[attribute(hash_key)]
    x: u32,
}

fn main() {}
