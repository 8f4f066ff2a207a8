use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", range_key = "a"))]
struct Shop;

fn main() {}
