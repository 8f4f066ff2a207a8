use singlet::Table;

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
#[table(index(name = "by_expiry", hash_key = "kind", range_key = "expires_at"))]
struct Shop;

fn main() {}
