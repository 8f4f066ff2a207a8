use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", rangekey = "sk")]
struct Shop;

fn main() {}
