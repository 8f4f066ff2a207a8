use singlet::{Attribute, Model};

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(alias = "name")]
    name: String,
    #[model(alias = "mail", alias = "mail")]
    email: String,
    #[model(alias = "email")]
    address: String,
    #[model(alias = "mail")]
    post: String,
    #[model(alias = "")]
    nothing: String,
    #[model(alias)]
    bare: String,
}

#[derive(Attribute)]
#[attribute(tag = "kind")]
enum Payment {
    Card {
        #[attribute(alias = "kind")]
        number: String,
    },
}

fn main() {}
