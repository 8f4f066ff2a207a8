use singlet::Attribute;

#[derive(Attribute)]
enum Status {
    #[attribute(name = "open")]
    Open,
}

fn main() {}
