use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "by-email", hash_key = "email"))]
#[table(index(name = "by_email", hash_key = "mail"))]
struct Shop;

fn main() {}
