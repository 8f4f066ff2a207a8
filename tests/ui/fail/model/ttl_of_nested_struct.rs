use singlet::{Attribute, ExpiresIn, Model, TTLAttribute};

#[derive(Attribute)]
struct Visit {
    page: String,
    expires_at: TTLAttribute,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    visit: Visit,
}

fn extend(mut user: User) {
    let _ = user.visit.extend_ttl(ExpiresIn::hours(1));
}

fn main() {}
