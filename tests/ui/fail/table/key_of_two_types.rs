use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "sk", hash_key_type = "N"))]
struct Shop;

fn main() {}
