use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "users", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Users;

#[derive(Model)]
#[model(table = Users, hash_key = "USER#{id}", range_key = "AT#{updated}")]
struct User {
    id: String,
    #[model(updated_at)]
    updated: i64,
}

#[derive(Model)]
#[model(table = Users, hash_key = "USER#{id}", range_key = "USER")]
#[model(index(gsi1, hash_key = "VERSION#{version}", range_key = "AT#{created}"))]
struct Versioned {
    id: String,
    #[model(version)]
    version: u64,
    #[model(created_at)]
    created: i64,
}

fn main() {}
