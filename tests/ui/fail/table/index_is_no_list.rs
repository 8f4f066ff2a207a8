use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", index = "gsi1")]
struct Shop;

fn main() {}
