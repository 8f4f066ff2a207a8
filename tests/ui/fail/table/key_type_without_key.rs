use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key_type = "N")]
struct Shop;

fn main() {}
