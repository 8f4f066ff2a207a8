use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "lsi1", range_key = "a", local))]
struct Shop;

fn main() {}
