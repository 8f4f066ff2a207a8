use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "meta", entity = "meta")]
struct Shop;

fn main() {}
