use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "")]
struct Shop;

fn main() {}
