use singlet::Attribute;

#[derive(Attribute)]
enum Status {
    #[attribute(rename_all = "camelCase")]
    Open,
}

fn main() {}
