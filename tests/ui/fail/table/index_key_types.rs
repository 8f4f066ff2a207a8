use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key("a", "b"), hash_key_type = "N"))]
struct Shop;

fn main() {}
