use singlet::Attribute;

#[derive(Attribute)]
#[attribute(rename_all = "camelCase")]
struct Id(String);

fn main() {}
