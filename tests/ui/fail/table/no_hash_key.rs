use singlet::Table;

#[derive(Table)]
#[table(name = "shop")]
struct Shop;

fn main() {}
