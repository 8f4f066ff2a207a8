use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", hash_key_type = "String")]
struct Shop;

fn main() {}
