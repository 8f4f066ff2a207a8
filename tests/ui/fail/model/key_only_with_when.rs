use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct App;

#[derive(Model)]
#[model(table = App, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", when = User::is_active(active)))]
struct User {
    id: String,
    #[model(key_only)]
    email: String,
    active: bool,
}

impl User {
    fn is_active(active: &bool) -> bool {
        *active
    }
}

fn main() {}
