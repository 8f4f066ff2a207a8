use singlet::Attribute;

#[derive(Attribute)]
enum Status {
    Open,
    #[attribute(rename = "Open")]
    Opened,
}

fn main() {}
