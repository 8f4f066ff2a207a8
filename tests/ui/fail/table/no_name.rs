use singlet::Table;

#[derive(Table)]
#[table(hash_key = "pk")]
struct Shop;

fn main() {}
