use singlet::{Model, Projection, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct App;

#[derive(Model)]
#[model(table = App, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "EMAIL#{email}"))]
struct User {
    id: String,
    #[model(key_only)]
    email: String,
    name: String,
}

#[derive(Projection)]
#[projection(of = User)]
struct Contact {
    name: String,
    email: String,
}

fn main() {}
