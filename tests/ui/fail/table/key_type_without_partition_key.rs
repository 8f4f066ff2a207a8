use singlet::Table;

#[derive(Table)]
#[table(name = "shop", partition_key = "pk", sort_key_type = "N")]
struct Shop;

fn main() {}
