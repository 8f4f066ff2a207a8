use singlet::{Collection};

#[derive(Collection)]
struct Page {}


fn main() {}
