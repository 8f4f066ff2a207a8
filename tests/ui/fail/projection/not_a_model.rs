use singlet::{Projection};

struct Line {
    cents: u64,
}

#[derive(Projection)]
#[projection(of = Line)]
struct Receipt {
    cents: u64,
}


fn main() {}
