use singlet::Attribute;

#[derive(Attribute)]
struct Pair<T> {
    first: T,
}

fn main() {}
