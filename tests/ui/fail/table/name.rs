use singlet::Table;

#[derive(Table)]
#[table(name = "my shop", hash_key = "pk")]
struct Shop;

fn main() {}
