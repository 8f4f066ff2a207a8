use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "lsi1", hash_key = "pk", range_key = "a", local))]
struct Shop;

fn main() {}
