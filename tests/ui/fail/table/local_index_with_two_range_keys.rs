use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk")]
#[table(index(name = "lsi1", local, range_key("a", "b")))]
struct Shop;

fn main() {}
