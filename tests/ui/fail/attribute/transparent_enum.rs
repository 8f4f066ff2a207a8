use singlet::Attribute;

#[derive(Attribute)]
#[attribute(transparent)]
enum Status {
    Open,
}

fn main() {}
