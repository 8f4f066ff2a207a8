use singlet::Attribute;

struct Raw;

#[derive(Attribute)]
enum Payment {
    Card(Raw),
    Cash,
}

fn main() {}
