use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Audit {
    by: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(flatten)]
    audit: Audit,
}

fn main() {
    let _ = User::update(1).set(|u| u.audit, Audit { by: String::new() });
}
