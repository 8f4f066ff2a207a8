use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk"), index(name = "gsi2", hash_key = "gsi2pk"))]
struct App;

#[derive(Model)]
#[model(table = App, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "EMAIL#{email}"))]
#[model(index(gsi2, hash_key = "USER", when = User::is_staff(email)))]
struct User {
    id: String,
    #[model(key_only)]
    email: String,
}

impl User {
    fn is_staff(email: &String) -> bool {
        email.ends_with("@example.com")
    }
}

fn main() {}
