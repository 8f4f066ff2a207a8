use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", partition_key = "pk", sort_key = "sk")]
#[table(index(name = "gsi1", partition_key = "gsi1pk", sort_key = "gsi1sk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, sort_key = "PROFILE", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "A#{email}", partition_key = "A#{email}", sort_key = "B"))]
struct User {
    #[model(partition_key, hash_key)]
    pk: String,
    email: String,
}

/// The words on different places of one key.
#[derive(Model)]
#[model(table = "events", partition_key = "EVENT#{id}")]
struct Event {
    #[model(hash_key)]
    id: String,
}

fn main() {}
