use singlet::Attribute;

struct Raw;

#[derive(Attribute)]
struct Id(Raw);

fn main() {}
