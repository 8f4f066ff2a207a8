use singlet::Table;

#[derive(Table)]
#[table(name = Shop, hash_key = "pk")]
struct Shop;

fn main() {}
