use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Address {
    #[attribute(renam = "c")]
    city: String,
    #[attribute(flatten, default)]
    audit: Audit,
}

#[derive(Attribute)]
struct Audit {
    #[attribute(version)]
    by: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    address: Address,
    former: Vec<Address>,
    #[model(flatten)]
    audit: Audit,
}

fn main() {
    let _ = User::update(1)
        .set(|u| u.address.city, "Paris")
        .set(|u| u.address.audit.by, "root")
        .set(|u| u.former.at(0).city, "Rome")
        .set(|u| u.audit.by, "root");
}
