use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
struct Shop {
    pk: String,
}

fn main() {}
