use singlet::{Attribute, Model, Projection};

#[derive(Attribute)]
struct Point {
    x: u32,
}

#[derive(Model)]
#[model(table = "places", hash_key = "PLACE#{id}")]
struct Place {
    id: u32,
    #[model(flatten)]
    at: Point,
}

#[derive(Projection)]
#[projection(of = Place)]
struct Receipt {
    at: Point,
}


fn main() {}
