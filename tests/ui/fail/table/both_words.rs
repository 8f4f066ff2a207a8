use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", partition_key = "pk")]
#[table(index(name = "gsi1", partition_key = "gsi1pk", sort_key = "gsi1sk", range_key = "gsi1sk"))]
struct Shop;

fn main() {}
