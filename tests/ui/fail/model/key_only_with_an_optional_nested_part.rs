use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct App;

#[derive(Attribute)]
struct Address {
    city: Option<String>,
}

#[derive(Model)]
#[model(table = App, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "CITY#{address.city}"))]
struct User {
    id: String,
    #[model(key_only)]
    email: String,
    address: Address,
}

fn main() {}
