use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Shop;

#[derive(Attribute)]
struct Other {
    pk: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "U")]
struct User {
    id: String,
    #[model(flatten)]
    other: Other,
}

fn main() {}
