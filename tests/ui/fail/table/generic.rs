use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop<const N: usize>;

fn main() {}
