use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "pk")]
struct Shop;

fn main() {}
