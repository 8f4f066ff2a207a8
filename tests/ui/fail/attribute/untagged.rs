use singlet::Attribute;

#[derive(Attribute)]
#[attribute(untagged, tag = "kind", rename_all = "camelCase")]
enum Named {
    Number(u32),
    #[attribute(rename = "t")]
    Text(String),
    Nothing,
}

#[derive(Attribute)]
#[attribute(untagged)]
struct Struct {
    name: String,
}

fn main() {}
