use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk", index(name = "by_email", hash_key = "email"))]
struct App;

#[derive(Model)]
#[model(table = App, hash_key = "USER#{id}")]
#[model(index(by_email, hash_key = email))]
struct User {
    id: String,
    #[model(key_only)]
    email: String,
}

fn main() {}
