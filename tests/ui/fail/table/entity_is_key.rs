use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "pk")]
struct Shop;

fn main() {}
