use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "sk")]
struct Shop;

fn main() {}
